using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Declarative.Admin;

/// <summary>The style sheet and the script. Their URLs hold a hash of their content, so that browsers may keep them for ever.</summary>
internal sealed class Assets
{
    private readonly FrozenDictionary<string, Asset> _byName;

    public Assets()
    {
        (Style, Script) = (Read("admin.css", "text/css; charset=utf-8"), Read("admin.js", "text/javascript; charset=utf-8"));
        _byName = new[] { Style, Script }.ToFrozenDictionary(static one => one.Name, StringComparer.Ordinal);
    }

    public Asset Style { get; }

    public Asset Script { get; }

    public void Map(RouteGroupBuilder pages) => pages.MapGet("/assets/{name}", context => ServeAsync(context)).AllowAnonymous();

    private static Asset Read(string name, string contentType)
    {
        using var stream = typeof(Assets).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));
        return new Asset(name.Replace(".", $".{hash}.", StringComparison.Ordinal), contentType, content, new EntityTagHeaderValue($"\"{hash}\""));
    }

    private async Task ServeAsync(HttpContext context)
    {
        if (!_byName.TryGetValue((string)context.GetRouteValue("name")!, out var asset))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await Results.Bytes(asset.Content, asset.ContentType, entityTag: asset.Tag).ExecuteAsync(context).ConfigureAwait(false);
    }
}

/// <summary>A file that the pages refer to.</summary>
/// <param name="Name">Its name in its URL.</param>
/// <param name="ContentType">Its type.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Tag">Its ETag.</param>
internal sealed record Asset(string Name, string ContentType, byte[] Content, EntityTagHeaderValue Tag);
