using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Declarative.Matching;

namespace Stock.Module;

public sealed record Item(int ItemId, decimal Quantity);

/// <summary>What can't be written as JSON, which nobody can tell at build time.</summary>
public sealed class Spoiled
{
    private readonly string _why = "spoiled";

    [SuppressMessage("Design", "CA1065", Justification = "It is there to fail.")]
    public int Reason => throw new InvalidOperationException(_why);
}

public interface ICounting<T>
{
    int Count { get; set; }

    [SuppressMessage("Design", "CA1043", Justification = "An indexer to forward.")]
    T this[T key] { get; }
}

/// <summary>A service with every kind of member; its decorator is generated.</summary>
public interface IStock : ICounting<string>, IAsyncDisposable
{
    event EventHandler? Changed;

    Task<Item> SaveAsync(Item item, CancellationToken cancellationToken = default);

    Item Restore(int id);

    ValueTask<Item?> LoadAsync(int id);

    void Remove(int itemId, string reason, CancellationToken cancellationToken);

    Task ClearAsync(int warehouseId);

    Spoiled Spoil();

    bool TryFind(int id, [NotNullWhen(true)] out Item? item);

    void Move(ref int from, in int to);

    T Echo<T>(T value)
        where T : notnull;

    string Describe() => "not said";
}

/// <summary>Remembers what it was asked; negative ids fail.</summary>
public sealed class Stocks : IStock
{
    public event EventHandler? Changed;

    public int Count { get; set; }

    public int Disposals { get; private set; }

    public string this[string key] => key + "!";

    public async Task<Item> SaveAsync(Item item, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        ArgumentNullException.ThrowIfNull(item);
        if (item.ItemId < 0)
            throw new ArgumentOutOfRangeException(nameof(item));
        Changed?.Invoke(this, EventArgs.Empty);
        return item;
    }

    public Item Restore(int id) => new(id, 1.5m);

    public ValueTask<Item?> LoadAsync(int id) => new(id == 0 ? null : new Item(id, 1));

    public void Remove(int itemId, string reason, CancellationToken cancellationToken) => ArgumentOutOfRangeException.ThrowIfNegative(itemId);

    public Task ClearAsync(int warehouseId) => Task.CompletedTask;

    public Spoiled Spoil() => new();

    public bool TryFind(int id, [NotNullWhen(true)] out Item? item)
    {
        item = id > 0 ? new Item(id, 2) : null;
        return item is not null;
    }

    public void Move(ref int from, in int to) => from = to;

    public T Echo<T>(T value)
        where T : notnull => value;

    public string Describe() => "described";

    public ValueTask DisposeAsync()
    {
        Disposals++;
        return default;
    }
}

public sealed class Rounded : IFieldConverter
{
    public JsonNode? Convert(JsonNode? value, MatchedEvent matched) => value is null ? null : decimal.Round(value.GetValue<decimal>());
}

/// <summary>Holds a processor that needs a service.</summary>
public static class Marks
{
    [SuppressMessage("Design", "CA1034", Justification = "A nested class is named in XML too.")]
    public sealed class Stamp(TimeProvider time) : IEventProcessor
    {
        public ValueTask<JsonNode> ProcessAsync(JsonNode data, MatchedEvent matched, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(data);
            data["at"] = time.GetUtcNow().Year;
            return new(data);
        }
    }
}
