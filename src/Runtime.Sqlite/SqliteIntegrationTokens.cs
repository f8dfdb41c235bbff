using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>The third party's posts and tokens in SQLite.</summary>
internal sealed class SqliteIntegrationTokens(SqliteStore store) : IIntegrationTokenStore
{
    public Task<IntegrationLinkRecord?> FindAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(
            static session =>
            {
                using var reader = session.Prepare("SELECT consumer_key, tokens, login, linked_at FROM commerce_link").Query();
                return reader.Read()
                    ? new IntegrationLinkRecord { ConsumerKey = reader.GetString(0), Tokens = reader.Blob(1), Login = reader.TextOrNull(2), LinkedAt = reader.Time(3) }
                    : null;
            },
            cancellationToken);

    public Task<IReadOnlyList<IntegrationPostRecord>> LoadPostsAsync(CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<IntegrationPostRecord>>(
            static session =>
            {
                var posts = new List<IntegrationPostRecord>();
                using var reader = session.Prepare("SELECT id, consumer_key, credentials, posted_at FROM commerce_post ORDER BY id").Query();
                while (reader.Read())
                    posts.Add(new IntegrationPostRecord { Id = reader.GetInt64(0), ConsumerKey = reader.GetString(1), Credentials = reader.Blob(2), PostedAt = reader.Time(3) });
                return posts;
            },
            cancellationToken);

    public Task<bool> AddPostAsync(IntegrationPostRecord post, int limit, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.Prepare("INSERT INTO commerce_post (consumer_key, credentials, posted_at) SELECT $1, $2, $3 WHERE (SELECT count(*) FROM commerce_post) < $4")
                .Run(post.ConsumerKey, post.Credentials, post.PostedAt.Ms(), limit) == 1,
            cancellationToken);

    public Task DeletePostAsync(long id, CancellationToken cancellationToken) =>
        store.WriteAsync(session => session.Prepare("DELETE FROM commerce_post WHERE id = $1").Run(id), cancellationToken);

    public Task SaveAsync(long postId, IntegrationLinkRecord link, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                session.Prepare("DELETE FROM commerce_link WHERE consumer_key <> $1").Run(link.ConsumerKey);
                session.Prepare("""
                    INSERT INTO commerce_link (consumer_key, tokens, login, linked_at) VALUES ($1, $2, (SELECT login FROM commerce_post WHERE id = $4), $3)
                    ON CONFLICT (consumer_key) DO UPDATE SET tokens = $2, login = coalesce(excluded.login, login), linked_at = $3
                    """).Run(link.ConsumerKey, link.Tokens, link.LinkedAt.Ms(), postId);
                return session.Prepare("DELETE FROM commerce_post WHERE id = $1").Run(postId);
            },
            cancellationToken);

    public Task<bool> TieAsync(string consumerKey, string login, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.Prepare("UPDATE commerce_link SET login = $2 WHERE consumer_key = $1").Run(consumerKey, login)
                + session.Prepare("UPDATE commerce_post SET login = $2 WHERE consumer_key = $1").Run(consumerKey, login) > 0,
            cancellationToken);
}
