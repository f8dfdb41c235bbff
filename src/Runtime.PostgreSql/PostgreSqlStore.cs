using System.Globalization;
using Declarative.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>The database: its connections, its clock, and what nodes tell each other.</summary>
internal sealed class PostgreSqlStore : IStoreLifecycle, IAsyncDisposable, IDisposable
{
    /// <summary>
    /// What every connection begins with. Commits must be on the disk whatever the server's default is; without <c>UTC</c> a day of an interval may
    /// be 25 hours long; statements are written for their indexes, and a plan made while a table was small must not outlive that; planning a claim
    /// takes as long as running it, and no parameter's value changes the plan; compiling a statement takes longer than either; and a lost node's
    /// locks must not outlive it for hours.
    /// </summary>
    private const string Beginning = """
        SET TIME ZONE 'UTC';
        SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;
        SET synchronous_commit = on;
        SET enable_seqscan = off;
        SET plan_cache_mode = force_generic_plan;
        SET jit = off;
        SET idle_in_transaction_session_timeout = '60s'
        """;

    private readonly NpgsqlDataSource _source;
    private readonly string _listening;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Notices _notices;
    private Action<StoreChanges>? _changed;
    private ChangeListener? _listener;
    private volatile bool _isOpen;

    /// <exception cref="ArgumentException">The connection string names no server, or can't be read.</exception>
    public PostgreSqlStore(string connectionString, TimeProvider time, ILogger logger, bool takesCallersTime)
    {
        var builder = Complete(connectionString);
        _time = time;
        _logger = logger;
        Clock = new StoreClock(time, takesCallersTime);
        Place = string.Create(CultureInfo.InvariantCulture, $"database '{builder.Database ?? builder.Username}' at {builder.Host}:{builder.Port}");
        var source = new NpgsqlDataSourceBuilder(builder.ConnectionString);
        source.UsePhysicalConnectionInitializer(Begin, BeginAsync);
        _source = source.Build();
        builder.Pooling = false;
        builder.KeepAlive = 30;
        builder.ApplicationName += " (listening)";
        _listening = builder.ConnectionString;
        _notices = new Notices(this, logger);
    }

    /// <summary>Which database, for messages.</summary>
    public string Place { get; }

    public StoreClock Clock { get; }

    public string? KeyFile => null;

    public static NpgsqlConnectionStringBuilder Complete(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        if (string.IsNullOrEmpty(builder.Host))
            throw new ArgumentException("UsePostgreSql needs a server, for example \"Host=db;Database=shop;Username=shop;Password=…\".", nameof(connectionString));

        // A server that is away must not hold anybody up for long; what is stated otherwise stays.
        Default("Timeout", 5);
        Default("Command Timeout", 30);
        Default("Maximum Pool Size", 20);
        Default("Max Auto Prepare", 200);
        Default("Auto Prepare Min Usages", 1);
        Default("Application Name", "Declarative");

        // Nobody else uses these connections, so that nothing need be reset between two uses.
        builder.NoResetOnClose = true;
        builder.Enlist = false;
        return builder;

        void Default(string keyword, object value)
        {
            if (!builder.ShouldSerialize(keyword))
                builder[keyword] = value;
        }
    }

    /// <summary>Whether a unique index refused it.</summary>
    public static bool IsTaken(StoreException exception) => exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    public void Listen(Action<StoreChanges> changed) => _changed = changed;

    public async Task OpenAsync(MigrationMode mode, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var closed = connection.ConfigureAwait(false);
            await Migrations.RunAsync(connection, mode, Place, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException exception)
        {
            throw new StoreException($"The {Place} can't be opened: {Reason(exception)} Does the server run, do name and password fit, and may the user make the schema 'declarative'? (the connection string of UsePostgreSql)", exception);
        }

        _isOpen = true;
        _notices.Start();
        if (_changed is { } changed)
        {
            _listener = new ChangeListener(_listening, Place, _notices.Node, changed, _logger);
            await _listener.StartAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public Task<StoreCounts> CountAsync(CancellationToken cancellationToken) => ReadAsync(
        async session =>
        {
            var now = Clock.Now(out var from);
            return (await session.QueryAsync(
                $"""
                SELECT (SELECT count(*) FROM declarative.message WHERE state = 0) + (SELECT count(*) FROM declarative.message WHERE state = 1),
                       (SELECT count(*) FROM declarative.delivery WHERE state = 0) + (SELECT count(*) FROM declarative.delivery WHERE state = 1),
                       (SELECT count(*) FROM declarative.delivery WHERE state = 4),
                       (SELECT count(*) FROM declarative.message WHERE state = 4) + (SELECT count(*) FROM declarative.delivery WHERE state = 3),
                       least((SELECT min(due_at) FROM declarative.message WHERE state = 0), (SELECT min(due_at) FROM declarative.delivery WHERE state = 0)) - {StoreClock.Sql},
                       (SELECT count(*) FROM declarative.message WHERE state = 1) + (SELECT count(*) FROM declarative.delivery WHERE state = 1)
                """,
                reader => new StoreCounts(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.SpanOrNull(4) is { } due ? from + due : null, reader.GetInt64(5)),
                now).ConfigureAwait(false))[0];
        },
        cancellationToken);

    public async Task CloseAsync()
    {
        _isOpen = false;
        await _notices.StopAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _listener, null) is { } listener)
        {
            await listener.StopAsync().ConfigureAwait(false);
            listener.Dispose();
        }

        _source.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        _notices.Dispose();
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Tells other nodes of rows that may be due, soon and together with others: outside of the transaction that made them.</summary>
    public void Tell(StoreChanges changes) => _notices.Tell(changes);

    /// <summary>Tells other nodes of what a transaction changes, as part of it.</summary>
    public Statement Telling(StoreChanges changes) => Statement.Select("SELECT pg_notify($1, $2)", SqlValue.Text(ChangeListener.Channel), SqlValue.Text(_notices.Text(changes)));

    /// <summary>Sends what was told.</summary>
    public Task SendAsync(StoreChanges changes) =>
        RunAsync(connection => new PostgreSqlSession(connection, CancellationToken.None).RunAsync(Telling(changes)), CancellationToken.None, isClosing: true);

    /// <summary>Reads on a connection of its own.</summary>
    public Task<T> ReadAsync<T>(Func<PostgreSqlSession, Task<T>> work, CancellationToken cancellationToken) => RunAsync(work, cancellationToken, cancellationToken);

    /// <summary>One statement or several in one round trip, which are one transaction. What was sent is not cancelled.</summary>
    public Task<T> WriteAsync<T>(Func<PostgreSqlSession, Task<T>> work, CancellationToken cancellationToken) => RunAsync(work, cancellationToken, CancellationToken.None);

    /// <summary>A transaction of several round trips.</summary>
    public Task<T> TransactAsync<T>(Func<PostgreSqlSession, Task<T>> work, CancellationToken cancellationToken) => RunAsync(
        async connection =>
        {
            var transaction = await connection.BeginTransactionAsync(CancellationToken.None).ConfigureAwait(false);
            await using var ended = transaction.ConfigureAwait(false);
            var result = await work(new PostgreSqlSession(connection, CancellationToken.None)).ConfigureAwait(false);
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            return result;
        },
        cancellationToken);

    /// <summary>For Data Protection, whose calls block.</summary>
    public T Block<T>(Func<NpgsqlConnection, T> work)
    {
        try
        {
            using var connection = _source.OpenConnection();
            return work(connection);
        }
        catch (NpgsqlException exception)
        {
            throw Failure(exception);
        }
    }

    private Task<T> RunAsync<T>(Func<PostgreSqlSession, Task<T>> work, CancellationToken opening, CancellationToken running) =>
        RunAsync(connection => work(new PostgreSqlSession(connection, running)), opening);

    private async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken opening, bool isClosing = false)
    {
        if (!_isOpen && !isClosing)
            throw new StoreException("The store is not open: the host has not started, or has stopped.");
        try
        {
            var connection = await _source.OpenConnectionAsync(opening).ConfigureAwait(false);
            await using var closed = connection.ConfigureAwait(false);
            return await work(connection).ConfigureAwait(false);
        }
        catch (NpgsqlException exception)
        {
            throw Failure(exception);
        }
    }

    private StoreException Failure(NpgsqlException exception) => new($"The {Place} failed: {Reason(exception)}", exception);

    /// <summary>Npgsql's words, with what caused them; no values of rows.</summary>
    private static string Reason(NpgsqlException exception) => exception switch
    {
        PostgresException refused => $"{refused.MessageText} (SQLSTATE {refused.SqlState}).",
        { InnerException: { } inner } => $"{exception.Message.TrimEnd('.')}: {inner.Message.TrimEnd('.')}.",
        _ => exception.Message.TrimEnd('.') + ".",
    };

    private static void Begin(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(Beginning, connection);
        command.ExecuteNonQuery();
    }

    private static async Task BeginAsync(NpgsqlConnection connection)
    {
        var command = new NpgsqlCommand(Beginning, connection);
        await using var ended = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }
}
