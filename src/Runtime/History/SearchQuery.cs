using System.Globalization;
using System.Text;
using Declarative.Rest;

namespace Declarative.History;

/// <summary>
/// Reads a search as people write it: <c>data.increment_id:CK* AND success:false</c>. Terms are <c>field:value</c>, or a pattern of event
/// names alone (<c>customer.*</c>); <c>AND</c> (also without writing it), <c>OR</c>, <c>NOT</c>, parentheses, <c>"…"</c> for values with spaces,
/// <c>*</c> at the end of a value. A small part of Lucene's query syntax, as the async events module offers it.
/// </summary>
internal ref struct SearchQuery
{
    /// <summary>Values are indexed up to this length; a longer one is searched by its beginning.</summary>
    public const int MaxValueLength = 256;

    private const int MaxLength = 2_000;
    private const int MaxTerms = 64;

    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private int _terms;
    private int _depth;

    private SearchQuery(ReadOnlySpan<char> text) => _text = text;

    /// <exception cref="InputException">It can't be read; the message says where and why.</exception>
    public static SearchExpression Parse(string text)
    {
        if (text.Length > MaxLength)
            throw new InputException("A search may have %max characters.", ("max", MaxLength));
        var query = new SearchQuery(text);
        var expression = query.Either();
        query.SkipSpace();
        return query._at == text.Length ? expression : throw query.Fault("a term was expected");
    }

    private SearchExpression Either()
    {
        if (++_depth > 16)
            throw Fault("too many parentheses");
        var parts = new List<SearchExpression> { All() };
        while (TryWord("OR"))
            parts.Add(All());
        _depth--;
        return parts.Count == 1 ? parts[0] : new SearchExpression.Several(parts, IsAll: false);
    }

    private SearchExpression All()
    {
        var parts = new List<SearchExpression> { One() };
        while (true)
        {
            if (!TryWord("AND"))
            {
                SkipSpace();
                if (_at == _text.Length || _text[_at] == ')' || IsWord("OR"))
                    break;
            }

            parts.Add(One());
        }

        return parts.Count == 1 ? parts[0] : new SearchExpression.Several(parts, IsAll: true);
    }

    private SearchExpression One()
    {
        if (++_terms > MaxTerms)
            throw Fault("too many terms");
        if (TryWord("NOT"))
            return new SearchExpression.Not(One());
        SkipSpace();
        if (_at < _text.Length && _text[_at] == '(')
        {
            _at++;
            var inner = Either();
            SkipSpace();
            if (_at == _text.Length || _text[_at] != ')')
                throw Fault("a ) is missing");
            _at++;
            return inner;
        }

        return Term();
    }

    private SearchExpression Term()
    {
        var (word, isQuoted) = Value(":()\"");
        if (_at == _text.Length || _text[_at] != ':')
            return word.Length > 0 ? new SearchExpression.EventName(word.ToLowerInvariant()) : throw Fault("a term was expected");
        if (isQuoted || word.Length == 0)
            throw Fault("a field's name was expected before the colon");
        _at++;
        SkipSpace();
        var start = _at;
        var (value, isLiteral) = Value("()");
        if (_at == start)
            throw Fault("a value was expected");
        return Term(word, value, !isLiteral && value.EndsWith('*'));
    }

    private readonly SearchExpression Term(string field, string value, bool isPrefix)
    {
        switch (field)
        {
            case "uuid":
                return Guid.TryParse(value, out var uuid) ? new SearchExpression.Uuid(uuid) : throw Fault("a uuid was expected");
            case "subscription_id":
                return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? new SearchExpression.Subscription(id) : throw Fault("a subscription's id was expected");
            case "success":
                return value switch
                {
                    "true" => new SearchExpression.Success(IsAccepted: true),
                    "false" => new SearchExpression.Success(IsAccepted: false),
                    _ => throw Fault("success is true or false"),
                };
            case "event_name":
                return new SearchExpression.EventName(value.ToLowerInvariant());
        }

        if (!field.StartsWith("data.", StringComparison.Ordinal) || field.Length == 5)
            throw Fault("there is no field '" + field + "'; use uuid, event_name, subscription_id, success, or data. and a path in the payload");

        // What is sent has the payload below data, and searches of the original name that too.
        var path = field["data.".Length..];
        if (path.StartsWith("data.", StringComparison.Ordinal))
            path = path["data.".Length..];
        var text = (isPrefix ? value[..^1] : value).ToLowerInvariant();
        return text.Length > MaxValueLength
            ? new SearchExpression.Value(path, text[..MaxValueLength], IsPrefix: false)
            : new SearchExpression.Value(path, text, isPrefix);
    }

    /// <summary>Up to a space or one of <paramref name="ends"/>, or what stands in quotation marks.</summary>
    private (string Value, bool IsQuoted) Value(string ends)
    {
        SkipSpace();
        if (_at < _text.Length && _text[_at] == '"')
        {
            var quoted = new StringBuilder();
            for (_at++; _at < _text.Length && _text[_at] != '"'; _at++)
            {
                if (_text[_at] == '\\' && _at + 1 < _text.Length)
                    _at++;
                quoted.Append(_text[_at]);
            }

            if (_at == _text.Length)
                throw Fault("a closing quotation mark is missing");
            _at++;
            return (quoted.ToString(), true);
        }

        var start = _at;
        while (_at < _text.Length && !char.IsWhiteSpace(_text[_at]) && !ends.Contains(_text[_at], StringComparison.Ordinal))
            _at++;
        return (_text[start.._at].ToString(), false);
    }

    private bool TryWord(string word)
    {
        SkipSpace();
        if (!IsWord(word))
            return false;
        _at += word.Length;
        return true;
    }

    private readonly bool IsWord(string word) =>
        _text[_at..].StartsWith(word, StringComparison.Ordinal) && (_at + word.Length == _text.Length || char.IsWhiteSpace(_text[_at + word.Length]) || _text[_at + word.Length] == '(');

    private void SkipSpace()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
    }

    private readonly InputException Fault(string what) => new("The search can't be read at character %position: %problem.", ("position", _at + 1), ("problem", what));
}
