using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Declarative.Acl;

/// <summary>Who sends a request, by whichever credentials of ours it has.</summary>
internal sealed class CallerReader(IEnumerable<ICredentialReader> readers)
{
    private readonly ICredentialReader[] _readers = [.. readers];

    /// <summary>The caller; null for a guest, or somebody whom a scheme of the host's may know.</summary>
    /// <exception cref="Rest.RestException">The credentials are ours and wrong.</exception>
    public ValueTask<CallerIdentity?> ReadAsync(HttpContext context)
    {
        if (StringValues.IsNullOrEmpty(context.Request.Headers.Authorization))
            return default;
        for (var i = 0; i < _readers.Length; i++)
        {
            var caller = _readers[i].ReadAsync(context);
            if (!caller.IsCompletedSuccessfully)
                return AwaitAsync(caller, i, context);
            if (caller.Result is not null)
                return caller;
        }

        return default;
    }

    private async ValueTask<CallerIdentity?> AwaitAsync(ValueTask<CallerIdentity?> caller, int i, HttpContext context)
    {
        var found = await caller.ConfigureAwait(false);
        while (found is null && ++i < _readers.Length)
            found = await _readers[i].ReadAsync(context).ConfigureAwait(false);
        return found;
    }
}
