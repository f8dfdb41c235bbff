using System.Globalization;
using System.Text.Json;
using Declarative.Cli;
using Declarative.Cli.Stores;
using Declarative.Delivery;
using Declarative.Secrets;
using Declarative.Sqlite;
using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Npgsql;

namespace Declarative.Tests.Cli;

/// <summary><c>declarative store copy</c>: everything arrives, or nothing.</summary>
public sealed class StoreCopyTests : IDisposable
{
    private const long Time = 1_767_323_045_678;

    private static readonly byte[] _id = [.. Enumerable.Range(1, 16).Select(static i => (byte)i)];

    private readonly SqliteFixture _from = new();
    private readonly PostgreSqlFixture _to = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _from.Dispose();
        _to.Dispose();
    }

    [Fact]
    public async Task Both_stores_have_the_same_tables_and_columns()
    {
        await MakeSourceAsync();
        Dictionary<string, string> source = [];
        await ReadSourceAsync(session =>
        {
            using var reader = session.PrepareOnce("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").Query();
            while (reader.Read())
                source.Add(reader.GetString(0), string.Join(", ", CopiedTable.SourceColumns(session, reader.GetString(0))));
        });

        Tables().ToDictionary(static table => table.Name, static table => string.Join(", ", table.Columns.Select(static column => column.Name).Order(StringComparer.Ordinal)))
            .ShouldBe(source, ignoreOrder: true);
    }

    [Fact]
    public async Task Every_column_of_every_table_arrives()
    {
        await MakeSourceAsync();
        await File.WriteAllTextAsync(_from.File + ".key", Convert.ToBase64String(new byte[32]));
        foreach (var table in Tables())
            _from.Execute($"INSERT INTO {table.Name} ({Names(table)}) VALUES ({string.Join(", ", table.Columns.Select(column => Literal(table, column)))})");
        _from.Execute($"UPDATE key_ring SET xml = '<key/>'; UPDATE sqlite_sequence SET seq = 99 WHERE name = 'message'");

        (await CopyAsync()).ShouldBe(0, _error.ToString());

        foreach (var table in Tables())
        {
            using var row = JsonDocument.Parse((string)_to.Server.Scalar(_to.Database, $"SELECT to_jsonb(t)::text FROM declarative.{table.Name} t")!);
            foreach (var column in table.Columns)
                Arrived(table, column, row.RootElement.GetProperty(column.Name)).ShouldBeTrue($"{table.Name}.{column.Name} is {row.RootElement.GetProperty(column.Name)}");
            _output.ToString().ShouldContain($"{table.Name}: 1{Environment.NewLine}");
        }

        _to.Scalar("SELECT nextval('message_seq_seq')").ShouldBe(100, "the highest one ever given was 99");
        _to.Scalar("SELECT nextval('subscription_id_seq')").ShouldBe(8);
    }

    [Fact]
    public async Task What_was_pending_is_delivered_with_the_same_token_by_the_new_host()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(503);
        Guid message;
        await using (var old = TestHost.Build(_from.Use))
        {
            await old.StartAsync();
            await old.SubscribeAsync(receiver.Url, token: "from the old host");
            message = await old.OrderCreated.PublishAsync(1);
            await old.DeliveryOfAsync(message, static one => one.Attempts.Count > 0);
        }

        (await CopyAsync()).ShouldBe(0, _error.ToString());
        _output.ToString().ShouldContain($"Set Declarative:Secrets:Key of the new host to the content of {_from.File}.key");
        receiver.Requests.Clear();
        receiver.AnswerWith(200);
        await using var host = TestHost.Build(_to.Use, configuration: new() { ["Declarative:Secrets:Key"] = await File.ReadAllTextAsync(_from.File + ".key") });
        await host.StartAsync();

        var delivery = await host.DeliveryOfAsync(message, static one => one.State == DeliveryState.Done);
        delivery.Attempts.Count.ShouldBeGreaterThan(1);
        await host.OrderCreated.PublishAsync(2);
        await Eventually.True(() => receiver.Requests.Count == 2);
        foreach (var request in receiver.Requests)
            request.Headers["x-magento-signature"].ShouldBe(new SigningKey("from the old host").SignMagento(request.Body));
    }

    [Fact]
    public async Task A_key_that_is_not_the_stores_is_refused_before_anything_is_copied()
    {
        var key = Convert.ToBase64String([.. Enumerable.Repeat((byte)7, 32)]);
        await using (var old = TestHost.Build(_from.Use, configuration: new() { ["Declarative:Secrets:Key"] = key }))
        {
            await old.StartAsync();
            await old.SubscribeAsync("https://example.com/");
        }

        await RefusedAsync($"The key file '{_from.File}.key' is missing", "--secrets-key");
        (await CopyAsync("--secrets-key", Convert.ToBase64String(new byte[32]))).ShouldBe(1);
        _error.ToString().ShouldContain("were not encrypted by the key that was given");
        _to.Scalar("SELECT count(*) FROM subscription").ShouldBe(0);

        (await CopyAsync("--secrets-key", key)).ShouldBe(0, _error.ToString());
        _output.ToString().ShouldContain("to the key that was given here");
    }

    [Fact]
    public async Task A_target_with_data_is_refused()
    {
        await MakeSourceAsync();
        _to.Execute("INSERT INTO setting (name) VALUES ('a')");

        await RefusedAsync($"The database '{_to.Database}' at 127.0.0.1:", "has data already (in declarative.setting)", "Copy into an empty database");
    }

    [Fact]
    public async Task A_row_that_can_not_be_copied_leaves_the_target_empty_and_is_named()
    {
        await MakeSourceAsync();
        _from.Execute("INSERT INTO endpoint (key) VALUES ('a'); INSERT INTO setting (name) VALUES ('a' || char(0)), ('a' || char(65533))");

        await RefusedAsync("The table 'setting' can't be copied; nothing was.", "COPY setting, line 2");
        _to.Scalar("SELECT count(*) FROM endpoint").ShouldBe(0);
    }

    [Fact]
    public async Task A_source_whose_host_runs_is_refused()
    {
        await using var running = TestHost.Build(_from.Use);
        await running.StartAsync();

        await RefusedAsync($"The database '{_from.File}' is in use by another process");
    }

    [Fact]
    public async Task A_source_that_is_not_there_is_not_made()
    {
        await RefusedAsync($"There is no file '{_from.File}'", "--from");
        File.Exists(_from.File).ShouldBeFalse();
    }

    [Theory]
    [InlineData("", "holds no store")]
    [InlineData("this is text and nothing that SQLite could have written, however long one looks at it", "can't be read")]
    public async Task A_file_that_is_no_store_stays_as_it_is(string content, string problem)
    {
        await File.WriteAllTextAsync(_from.File, content);

        await RefusedAsync(problem);
        (await File.ReadAllTextAsync(_from.File)).ShouldBe(content);
    }

    [Fact]
    public async Task Tables_of_a_later_version_are_refused_on_either_side()
    {
        await MakeSourceAsync();
        _from.Execute("PRAGMA user_version = 999");
        await RefusedAsync($"The database '{_from.File}' has tables of version 999", "later version");

        _from.Execute("PRAGMA user_version = " + Migrations.Steps.Count.ToString(CultureInfo.InvariantCulture));
        _to.Execute("INSERT INTO migration (step) VALUES (999)");
        try
        {
            await RefusedAsync($"The database '{_to.Database}'", "has tables of version 999");
        }
        finally
        {
            _to.Execute("DELETE FROM migration WHERE step = 999");
        }
    }

    [Theory]
    [InlineData("store copy --to Host=db", 2, "--from")]
    [InlineData("store copy --from nonsense --to Host=db", 1, "--from")]
    [InlineData("store copy --from DataSource=app.db --to Colour=blue", 1, "--to")]
    [InlineData("store move", 2, "move")]
    public async Task What_can_not_be_understood_is_named(string arguments, int code, string named)
    {
        (await Commands.RunAsync(arguments.Split(' '), _output, _error)).ShouldBe(code);
        _error.ToString().ShouldContain(named);
    }

    private static string Names(CopiedTable table) => string.Join(", ", table.Columns.Select(static column => column.Name));

    private static string Literal(CopiedTable table, CopiedColumn column) => column.Type switch
    {
        "text" => $"'{table.Name}.{column.Name}' || char(0)",
        "bytea" or "uuid" => $"x'{Convert.ToHexString(_id)}'",
        "timestamp with time zone" => Time.ToString(CultureInfo.InvariantCulture),
        "boolean" => "1",
        _ => "7",
    };

    private static bool Arrived(CopiedTable table, CopiedColumn column, JsonElement value) => column.Type switch
    {
        "text" => value.GetString() == (column.Name == "xml" ? "<key/>" : $"{table.Name}.{column.Name}\ufffd"),
        "bytea" => value.GetString() == "\\x" + Convert.ToHexStringLower(_id),
        "uuid" => value.GetGuid() == new Guid(_id, bigEndian: true),
        "timestamp with time zone" => value.GetDateTimeOffset() == DateTimeOffset.FromUnixTimeMilliseconds(Time),
        "boolean" => value.GetBoolean(),
        _ => value.GetInt64() == 7,
    };

    private IReadOnlyList<CopiedTable> Tables()
    {
        using var connection = new NpgsqlConnection(_to.ConnectionString + ";Pooling=false");
        connection.Open();
        return CopiedTable.ReadAll(connection);
    }

    private Task MakeSourceAsync() => ReadSourceAsync(static _ => { });

    private async Task ReadSourceAsync(Action<SqliteSession> read)
    {
        using var store = new SqliteStore($"Data Source={_from.File}");
        await store.OpenAsync(MigrationMode.Auto, CancellationToken.None);
        store.Read(session =>
        {
            read(session);
            return true;
        });
        await store.CloseAsync();
    }

    private Task<int> CopyAsync(params string[] more) =>
        Commands.RunAsync(["store", "copy", "--from", $"Data Source={_from.File}", "--to", _to.ConnectionString + ";Pooling=false", .. more], _output, _error);

    private async Task RefusedAsync(params string[] problem)
    {
        (await CopyAsync()).ShouldBe(1);
        foreach (var part in problem)
            _error.ToString().ShouldContain(part);
        _output.ToString().ShouldNotContain("Copied");
    }
}
