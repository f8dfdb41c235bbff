using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Declarative.Modules;

/// <summary>Endpoints that are built from declarations, and built again after a hot reload.</summary>
internal abstract class ReloadableEndpoints : EndpointDataSource, IReloadable, IDisposable
{
    private readonly Lock _lock = new();
    private IReadOnlyList<Endpoint>? _endpoints;
    private CancellationTokenSource _changed = new();

    protected ReloadableEndpoints() => HotReload.Watch(this);

    public sealed override IReadOnlyList<Endpoint> Endpoints
    {
        get
        {
            lock (_lock)
                return _endpoints ??= Build();
        }
    }

    public sealed override IChangeToken GetChangeToken()
    {
        lock (_lock)
            return new CancellationChangeToken(_changed.Token);
    }

    public void Reload()
    {
        CancellationTokenSource before;
        lock (_lock)
        {
            ReadAgain();
            _endpoints = null;
            before = _changed;
            _changed = new CancellationTokenSource();
        }

        before.Cancel();
        before.Dispose();
    }

    public void Dispose() => _changed.Dispose();

    /// <summary>Makes the endpoints of what is declared.</summary>
    protected abstract IReadOnlyList<Endpoint> Build();

    /// <summary>Reads the declarations again, after a hot reload.</summary>
    protected abstract void ReadAgain();
}
