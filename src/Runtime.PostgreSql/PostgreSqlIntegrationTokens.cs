using Declarative.Storage;

namespace Declarative.PostgreSql;

/// <summary>The third party's posts and tokens in PostgreSQL.</summary>
internal sealed class PostgreSqlIntegrationTokens(PostgreSqlStore store) : IIntegrationTokenStore
{
    public Task<IntegrationLinkRecord?> FindAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(
            static session => session.FindAsync(
                "SELECT consumer_key, tokens, login, linked_at FROM declarative.commerce_link",
                static reader => new IntegrationLinkRecord { ConsumerKey = reader.GetString(0), Tokens = reader.Bytes(1), Login = reader.TextOrNull(2), LinkedAt = reader.Time(3) }),
            cancellationToken);

    public Task<IReadOnlyList<IntegrationPostRecord>> LoadPostsAsync(CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<IntegrationPostRecord>>(
            static async session => await session.QueryAsync(
                "SELECT id, consumer_key, credentials, posted_at FROM declarative.commerce_post ORDER BY id",
                static reader => new IntegrationPostRecord { Id = reader.GetInt64(0), ConsumerKey = reader.GetString(1), Credentials = reader.Bytes(2), PostedAt = reader.Time(3) }).ConfigureAwait(false),
            cancellationToken);

    /// <summary>The table is locked against other posts, so that they are counted one by one; they are few.</summary>
    public Task<bool> AddPostAsync(IntegrationPostRecord post, int limit, CancellationToken cancellationToken) =>
        store.TransactAsync(
            async session => await session.RunAsync(
                Statement.Change("LOCK TABLE declarative.commerce_post IN SHARE ROW EXCLUSIVE MODE"),
                Statement.Change(
                    "INSERT INTO declarative.commerce_post (consumer_key, credentials, posted_at) SELECT $1, $2, $3 WHERE (SELECT count(*) FROM declarative.commerce_post) < $4",
                    SqlValue.Text(post.ConsumerKey),
                    SqlValue.Bytes(post.Credentials),
                    SqlValue.Time(post.PostedAt),
                    SqlValue.Int(limit))).ConfigureAwait(false) == 1,
            cancellationToken);

    public Task DeletePostAsync(long id, CancellationToken cancellationToken) =>
        store.WriteAsync(session => session.RunAsync("DELETE FROM declarative.commerce_post WHERE id = $1", SqlValue.Long(id)), cancellationToken);

    public Task SaveAsync(long postId, IntegrationLinkRecord link, CancellationToken cancellationToken) =>
        store.TransactAsync(
            session => session.RunAsync(
                Statement.Change("LOCK TABLE declarative.commerce_post, declarative.commerce_link IN SHARE ROW EXCLUSIVE MODE"),
                Statement.Change("DELETE FROM declarative.commerce_link WHERE consumer_key <> $1", SqlValue.Text(link.ConsumerKey)),
                Statement.Change(
                    """
                    INSERT INTO declarative.commerce_link AS l (consumer_key, tokens, login, linked_at) VALUES ($1, $2, (SELECT login FROM declarative.commerce_post WHERE id = $4), $3)
                    ON CONFLICT (consumer_key) DO UPDATE SET tokens = excluded.tokens, login = coalesce(excluded.login, l.login), linked_at = excluded.linked_at
                    """,
                    SqlValue.Text(link.ConsumerKey),
                    SqlValue.Bytes(link.Tokens),
                    SqlValue.Time(link.LinkedAt),
                    SqlValue.Long(postId)),
                Statement.Change("DELETE FROM declarative.commerce_post WHERE id = $1", SqlValue.Long(postId)),
                store.Telling(StoreChanges.Integrations)),
            cancellationToken);

    public Task<bool> TieAsync(string consumerKey, string login, CancellationToken cancellationToken) =>
        store.TransactAsync(
            async session => await session.RunAsync(
                Statement.Change("LOCK TABLE declarative.commerce_post, declarative.commerce_link IN SHARE ROW EXCLUSIVE MODE"),
                Statement.Change("UPDATE declarative.commerce_link SET login = $2 WHERE consumer_key = $1", SqlValue.Text(consumerKey), SqlValue.Text(login)),
                Statement.Change("UPDATE declarative.commerce_post SET login = $2 WHERE consumer_key = $1", SqlValue.Text(consumerKey), SqlValue.Text(login))).ConfigureAwait(false) > 0,
            cancellationToken);
}
