using System.Buffers.Text;
using System.Text;
using Declarative.Rest;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Declarative.OAuth;

/// <summary>A signed request as it came over the wire: what its signature covers.</summary>
internal sealed class OAuthRequest
{
    private const int MaxFormBytes = 1024 * 1024;

    private readonly string _method;
    private readonly string _address;
    private readonly string _query;
    private readonly HttpRequest _request;
    private List<OAuthParameter> _form = [];

    private OAuthRequest(OAuthHeader header, HttpRequest request, string address, string query)
    {
        Header = header;
        _request = request;
        _method = request.Method;
        _address = address;
        _query = query;
    }

    /// <summary>The protocol's parameters. Those in the query or the body are covered by the signature and count for nothing else, as in the originals.</summary>
    public OAuthHeader Header { get; }

    /// <summary>Reads the head of a request whose <c>Authorization</c> is of the scheme <c>OAuth</c>.</summary>
    /// <exception cref="InputException">The header can't be read.</exception>
    public static OAuthRequest Of(HttpContext context, string authorization)
    {
        if (!OAuthHeader.TryParse(authorization, out var header, out var problem))
            throw new InputException(problem);
        var (path, query) = Target(context);
        return new OAuthRequest(header, context.Request, SignatureBase.Address(context.Request.Scheme, context.Request.Host.Value ?? "", path), query);
    }

    /// <summary>Reads the body if it is a form, which the signature covers; it can be read again afterwards.</summary>
    /// <exception cref="InputException">The form can't be read, or is too large.</exception>
    public async ValueTask ReadFormAsync(CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(_request.ContentType, out var type) || !type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            return;
        if (_request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxFormBytes;
        try
        {
            _request.EnableBuffering();
            var form = await _request.ReadFormAsync(cancellationToken).ConfigureAwait(false);
            _request.Body.Position = 0;
            _form = [.. form.SelectMany(static field => field.Value, static (field, value) => new OAuthParameter(field.Key, value ?? ""))];
        }
        catch (InvalidDataException exception)
        {
            throw new InputException("The form can't be read: %problem", ("problem", exception.Message));
        }
        catch (BadHttpRequestException exception)
        {
            throw new RestException("The form can't be read: %problem", exception.StatusCode, ("problem", exception.Message));
        }
    }

    /// <summary>
    /// Whether the request is signed by the key. Clients differ where RFC 5849 is commonly misread, so two more readings of the query are
    /// tried; each covers every parameter, so none lets anything unsigned in.
    /// </summary>
    /// <param name="key">The secrets.</param>
    /// <param name="method">The signature method, known to be one that is accepted.</param>
    public bool IsSignedBy(OAuthSignature key, string method)
    {
        Span<byte> given = stackalloc byte[64];
        if (!TryDecode(Header.Signature ?? "", given, out var length))
            return false;
        given = given[..length];
        if (IsRight(given, key, method, plusIsSpace: true, StringComparer.Ordinal))
            return true;
        if (_query.Length == 0 && _form.Count == 0)
            return false;

        // As clients sign that percent-encode only, and as the originals check: a plus is a plus; names in PHP's natural order.
        return (_query.Contains('+', StringComparison.Ordinal) && IsRight(given, key, method, plusIsSpace: false, StringComparer.Ordinal))
            || IsRight(given, key, method, plusIsSpace: false, NaturalOrder.Instance);
    }

    private bool IsRight(ReadOnlySpan<byte> given, OAuthSignature key, string method, bool plusIsSpace, IComparer<string> order)
    {
        var parameters = new List<OAuthParameter>(Header.Parameters.Count + _form.Count + 8);
        parameters.AddRange(Header.Parameters);
        OAuthParameter.Read(_query, plusIsSpace, parameters);
        parameters.AddRange(_form);
        return key.IsRight(given, SignatureBase.Of(_method, _address, parameters, order), method);
    }

    private static bool TryDecode(string signature, Span<byte> bytes, out int length)
    {
        length = 0;
        return signature.Length <= 64 && Ascii.IsValid(signature) && Base64.IsValid(signature) && Convert.TryFromBase64String(signature, bytes, out length);
    }

    /// <summary>Path and query as the client wrote them; an encoding that the server undid could not be signed again.</summary>
    private static (string Path, string Query) Target(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (target is not { Length: > 0 } || target[0] != '/')
            return (context.Request.PathBase.ToUriComponent() + context.Request.Path.ToUriComponent(), context.Request.QueryString.Value is { Length: > 0 } value ? value[1..] : "");
        var question = target.IndexOf('?', StringComparison.Ordinal);
        return question < 0 ? (target, "") : (target[..question], target[(question + 1)..]);
    }
}
