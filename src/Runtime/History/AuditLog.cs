using Declarative.Acl;
using Declarative.Storage;
using Microsoft.AspNetCore.Http;

namespace Declarative.History;

/// <summary>Who changed what, and when: what administrators and integrations do over REST, in pages and by the command line. It holds no payloads and no secrets.</summary>
public sealed class AuditLog
{
    private readonly IOperationsStore _store;
    private readonly IHttpContextAccessor _http;
    private readonly TimeProvider _time;

    internal AuditLog(IOperationsStore store, IHttpContextAccessor http, TimeProvider time)
    {
        _store = store;
        _http = http;
        _time = time;
    }

    /// <summary>Notes what the caller of the running request did; outside of one it was the application itself.</summary>
    /// <param name="action">What, as a word with a dot: <c>order.cancel</c>.</param>
    /// <param name="subject">To what: an id or a name.</param>
    /// <param name="detail">What else there is to know; never a secret.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    public Task WriteAsync(string action, string subject, string? detail = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(action);
        ArgumentNullException.ThrowIfNull(subject);
        var actor = _http.HttpContext?.User.Identity switch
        {
            CallerIdentity { Kind: CallerKind.Integration, Name: var name } => $"integration {name}",
            { Name: { Length: > 0 } name } => name,
            _ => _http.HttpContext is null ? "(application)" : "(guest)",
        };
        return _store.AuditAsync(new AuditEntry(0, _time.GetUtcNow(), actor, action, subject, detail), cancellationToken);
    }

    /// <summary>What was done, newest first.</summary>
    /// <param name="selection">Which; null for all.</param>
    /// <param name="before">The <see cref="AuditEntry.Number"/> of the last one on the page before; null for the first page.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    public Task<IReadOnlyList<AuditEntry>> ListAsync(AuditSelection? selection = null, long? before = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        return _store.ListAuditAsync(selection ?? new AuditSelection(), before, limit, cancellationToken);
    }
}
