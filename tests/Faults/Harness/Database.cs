using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.Faults.Harness;

/// <summary>An empty database of a store, gone afterwards.</summary>
internal sealed class Database : IDisposable
{
    private readonly Scratch _scratch = new();

    public Database(string store)
    {
        Store = store;
        Connection = $"Data Source={_scratch["ledger.db"]}";
    }

    public string Store { get; }

    public string Connection { get; }

    /// <summary>The SQLite file.</summary>
    public string File => _scratch["ledger.db"];

    public VictimOrders Orders(params string[] receivers) => new() { Store = Store, Connection = Connection, Receivers = receivers };

    public void Dispose() => _scratch.Dispose();
}
