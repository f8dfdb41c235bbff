using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Declarative.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Rest;

/// <summary>One request to a declared route: its arguments bound to the service method's parameters, and the way back from the result to the answer.</summary>
/// <remarks>
/// Binding follows the originals: a value in the path goes before one in the query, that before one in the body; names are the
/// parameter's in camelCase or snake_case, unknown ones are ignored; what is missing is reported all at once.
/// </remarks>
public sealed class RouteCall
{
    private readonly Route _route;
    private readonly HttpContext _context;
    private readonly WireJson _wire;
    private readonly JsonSerializerOptions _json;
    private readonly RestOptions _options;

    // What each parameter was given: text from path, query or declaration, else JSON.
    private readonly string?[] _texts;
    private readonly ReadOnlyMemory<byte>[] _values;
    private RouteBody _body;

    internal RouteCall(Route route, HttpContext context, WireJson json, RestOptions options)
    {
        _route = route;
        _context = context;
        _wire = json;
        _json = json.Input;
        _options = options;
        var count = route.Descriptor.Parameters.Count;
        _texts = count == 0 ? [] : new string?[count];
        _values = count == 0 ? [] : new ReadOnlyMemory<byte>[count];
    }

    /// <summary>Signalled when the caller is gone.</summary>
    public CancellationToken CancellationToken => _context.RequestAborted;

    private int? MaxArrayLength => _route.Descriptor.InputArraySizeLimit ?? _options.MaxArrayLength;

    /// <summary>The service to call, from the request's scope.</summary>
    /// <typeparam name="T">The declared service class.</typeparam>
    public T Service<T>()
        where T : notnull => _context.RequestServices.GetRequiredService<T>();

    /// <summary>The argument at <paramref name="index"/>; the type's default value if the request leaves it out.</summary>
    /// <typeparam name="T">The parameter's type.</typeparam>
    /// <param name="index">Position among the descriptor's parameters.</param>
    /// <exception cref="RestException">What was given can't be read as the type (400).</exception>
    public T Argument<T>(int index) => Argument<T>(index, default!);

    /// <summary>The argument at <paramref name="index"/>; <paramref name="defaultValue"/> if the request leaves it out.</summary>
    /// <typeparam name="T">The parameter's type.</typeparam>
    /// <param name="index">Position among the descriptor's parameters.</param>
    /// <param name="defaultValue">The parameter's own default.</param>
    /// <exception cref="RestException">What was given can't be read as the type (400).</exception>
    public T Argument<T>(int index, T defaultValue)
    {
        var contract = (JsonTypeInfo<T>)_json.GetTypeInfo(typeof(T));
        var value = _values[index];
        try
        {
            if (_texts[index] is { } text)
                return RouteScalar.Read(text, contract);
            if (value.IsEmpty)
                return defaultValue;
            var argument = JsonSerializer.Deserialize(value.Span, contract)!;
            if (!typeof(T).IsValueType && argument is SearchCriteria criteria)
                LimitPage(criteria);
            return argument;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            // The last three come from constructors, setters and converters that refuse what they get.
            throw JsonProblems.Explain(_route.Descriptor.Parameters[index].SnakeCaseName, value, contract, exception as JsonException);
        }
    }

    /// <summary>
    /// Answers with what the service method gave: JSON with snake_case names and without nulls. Nothing at all (null) means
    /// that what was asked for isn't there: 404 on GET, else as <see cref="Answer()"/>.
    /// </summary>
    /// <typeparam name="T">The service method's result type.</typeparam>
    /// <param name="value">The result.</param>
    /// <exception cref="NoSuchEntityException">The result of a GET is null.</exception>
    public ValueTask Answer<T>(T value)
    {
        if (value is null)
            return _route.Descriptor.Method == "GET" ? throw new NoSuchEntityException("There is no such entity.") : Answer();
        return Write(JsonSerializer.SerializeToUtf8Bytes(value, (JsonTypeInfo<T>)_wire.Options.GetTypeInfo(typeof(T))));
    }

    /// <summary>Answers for a service method that gives nothing: <c>[]</c>, as the originals do.</summary>
    public ValueTask Answer() => Write("[]"u8.ToArray());

    /// <summary>Finds what the request gives for each parameter.</summary>
    /// <exception cref="RestException">The request can't be read, or required arguments are missing (all are named).</exception>
    internal async ValueTask BindAsync()
    {
        BindPath();
        if (_context.Request.QueryString.HasValue && _texts.Length > 0)
            BindQuery();
        if (_route.HasBody && _texts.Length > 0)
        {
            _body = await RouteBody.ReadAsync(_context, _options.MaxBodyBytes).ConfigureAwait(false);
            BindBody(_body.Bytes);
        }

        if (_route.Descriptor.Data.Count > 0)
            await DeclaredArguments.ApplyAsync(_route, _context, _json, _texts, _values).ConfigureAwait(false);
        CheckMissing();
    }

    /// <summary>Ends the use of what the request sent.</summary>
    internal void Release() => _body.Release();

    /// <summary>Whoever asks for no size gets the largest that is allowed.</summary>
    private void LimitPage(SearchCriteria criteria)
    {
        if (criteria.PageSize < 1 || criteria.CurrentPage < 1)
            throw new InputException("Pages and their sizes are counted from 1.");
        if (_options.MaxPageSize is not { } max)
            return;
        criteria.PageSize ??= max;
        if (criteria.PageSize > max)
            throw new InputException("A page of %size entries is too large; ask for %max at most.", ("size", criteria.PageSize.Value), ("max", max));
    }

    private void BindPath()
    {
        foreach (var (name, index) in _route.Path)
        {
            if (index >= 0)
                _texts[index] = _context.Request.RouteValues[name] as string;
        }
    }

    private void BindQuery()
    {
        Dictionary<int, QueryTree>? trees = null;
        foreach (var (key, values) in _context.Request.Query)
        {
            var bracket = key.IndexOf('[', StringComparison.Ordinal);
            var index = _route.IndexOf(bracket < 0 ? key : key.AsSpan(0, bracket));
            if (index < 0 || _texts[index] is not null)
                continue;
            if (bracket < 0 && _route.IsScalar(index))
            {
                // As in PHP, the last of several counts.
                _texts[index] = values.Count == 0 ? "" : values[^1] ?? "";
                continue;
            }

            trees ??= [];
            if (!trees.TryGetValue(index, out var tree))
                trees.Add(index, tree = new QueryTree());
            foreach (var value in values)
            {
                if (!tree.Add(bracket < 0 ? default : key.AsSpan(bracket), value ?? ""))
                    throw new InputException("The query's name '%name' can't be read; write name[part][part].", ("name", key));
            }
        }

        if (trees is null)
            return;
        foreach (var (index, tree) in trees)
        {
            var contract = _json.GetTypeInfo(_route.Descriptor.Parameters[index].Type);
            var json = tree.ToJson(contract);
            var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = WireJson.MaxDepth });
            reader.Read();
            JsonScan.Skip(ref reader, _route.Descriptor.Parameters[index].SnakeCaseName, MaxArrayLength);
            _values[index] = _route.TakesIds(index) ? JsonNames.Rewrite(json.Span, contract, Ids()) : json;
        }
    }

    private void BindBody(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
            return;
        try
        {
            var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = WireJson.MaxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new JsonException("The body must be a JSON object whose keys are the parameters' names.");
            var seen = new bool[_values.Length];
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                BindProperty(ref reader, body, seen);
            if (reader.Read())
                throw new JsonException("Nothing may follow the body's object.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name that is no text in Unicode.
            throw JsonProblems.Undecodable(exception);
        }
    }

    private void BindProperty(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, bool[] seen)
    {
        var index = IndexOf(ref reader);
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        if (index < 0)
        {
            JsonScan.Skip(ref reader, "", null);
            return;
        }

        if (seen[index])
            throw new JsonException($"'{_route.Descriptor.Parameters[index].SnakeCaseName}' is given twice.");
        seen[index] = true;
        var parameter = _route.Descriptor.Parameters[index];
        var isObject = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        var needsContract = JsonScan.Skip(ref reader, parameter.SnakeCaseName, MaxArrayLength);
        if (_texts[index] is not null || !_values[index].IsEmpty)
            return;
        var json = body[start..(int)reader.BytesConsumed];
        var takesIds = isObject && _route.TakesIds(index);
        _values[index] = needsContract || takesIds ? JsonNames.Rewrite(json.Span, _json.GetTypeInfo(parameter.Type), takesIds ? Ids() : []) : json;
    }

    private int IndexOf(ref Utf8JsonReader reader)
    {
        var parameters = _route.Descriptor.Parameters;
        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].IsNamedBy(ref reader))
                return i;
        }

        return -1;
    }

    private List<KeyValuePair<string, string>> Ids()
    {
        var ids = new List<KeyValuePair<string, string>>(_route.Path.Count);
        foreach (var (name, _) in _route.Path)
        {
            if (_context.Request.RouteValues[name] is string value)
                ids.Add(new(name, value));
        }

        return ids;
    }

    private void CheckMissing()
    {
        List<RestError>? missing = null;
        var parameters = _route.Descriptor.Parameters;
        for (var i = 0; i < parameters.Count; i++)
        {
            var isGiven = _texts[i] is not null || (!_values[i].IsEmpty && !_values[i].Span.SequenceEqual("null"u8));
            if (parameters[i].IsRequired && !isGiven)
                (missing ??= []).Add(JsonProblems.Missing(parameters[i].SnakeCaseName));
        }

        if (missing is not null)
            throw JsonProblems.AllMissing(missing);
    }

    private ValueTask Write(ReadOnlyMemory<byte> json)
    {
        var response = _context.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = json.Length;
        var write = response.BodyWriter.WriteAsync(json, _context.RequestAborted);
        return write.IsCompletedSuccessfully ? default : Finish(write);

        static async ValueTask Finish(ValueTask<System.IO.Pipelines.FlushResult> write) => await write.ConfigureAwait(false);
    }
}
