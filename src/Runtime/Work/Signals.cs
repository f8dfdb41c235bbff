namespace Declarative.Work;

/// <summary>There may be event messages due.</summary>
internal sealed class MessageSignal : IDisposable
{
    public WakeSignal Signal { get; } = new();

    public void Set() => Signal.Set();

    public void Dispose() => Signal.Dispose();
}

/// <summary>There may be deliveries due.</summary>
internal sealed class DeliverySignal : IDisposable
{
    public WakeSignal Signal { get; } = new();

    public void Set() => Signal.Set();

    public void Dispose() => Signal.Dispose();
}

/// <summary>A replay of many deliveries was asked for.</summary>
internal sealed class HistorySignal : IDisposable
{
    public WakeSignal Signal { get; } = new();

    public void Set() => Signal.Set();

    public void Dispose() => Signal.Dispose();
}
