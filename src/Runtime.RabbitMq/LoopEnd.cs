using Declarative.Work;

namespace Declarative.RabbitMq;

/// <summary>Takes a loop out of the health check when it ends.</summary>
internal readonly struct LoopEnd(LoopHealth health, string loop) : IDisposable
{
    public void Dispose() => health.Forget(loop);
}
