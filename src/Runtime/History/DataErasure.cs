using System.Globalization;
using System.Text.Json;
using Declarative.Json;
using Declarative.Rest;
using Declarative.Storage;

namespace Declarative.History;

/// <summary>
/// Erases personal data: what was published, sent and answered of an event. That there was an event, and who got it when, stays in the log. Whoever calls it
/// has checked that the person may.
/// </summary>
public sealed class DataErasure
{
    private const int RowsAtOnce = 500;

    private readonly IErasureStore _store;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;

    internal DataErasure(IErasureStore store, AuditLog audit, TimeProvider time)
    {
        _store = store;
        _audit = audit;
        _time = time;
    }

    /// <summary>Erases the data of one event. What is still to be delivered of it is not.</summary>
    /// <param name="id">The uuid of one of its deliveries, or what <c>PublishAsync</c> gave.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>How many events were erased: 0 if it had been before.</returns>
    /// <exception cref="NoSuchEntityException">There is neither a delivery nor an event message of that id.</exception>
    public async Task<int> EraseAsync(Guid id, CancellationToken cancellationToken = default)
    {
        var messages = await _store.FindMessagesAsync(id, cancellationToken).ConfigureAwait(false);
        if (messages.Count == 0)
            throw new NoSuchEntityException("There is neither a delivery nor an event message %id.", ("id", id));
        var erased = 0;
        foreach (var message in messages)
            erased += await _store.EraseAsync(message, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false) ? 1 : 0;
        await _audit.WriteAsync("data.erase", id.ToString(), null, CancellationToken.None).ConfigureAwait(false);
        return erased;
    }

    /// <summary>Erases the data of all events that hold a value. Everything stored is read, so that it takes its time; what comes meanwhile may be missed.</summary>
    /// <param name="field">The field: names with dots between, lists are passed through; a single name is found at any depth.</param>
    /// <param name="value">Its value: text, a number, <c>true</c> or <c>false</c>, as it stands in the JSON.</param>
    /// <param name="cancellationToken">Cancels; what is erased stays so.</param>
    /// <returns>How many events were erased.</returns>
    /// <exception cref="InputException">Field or value is missing.</exception>
    public async Task<int> EraseAsync(string field, string value, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(field) || string.IsNullOrEmpty(value))
            throw new InputException("Say which field holds which value.");
        var erased = 0;
        long after = 0;
        try
        {
            while (await _store.LoadStoredAsync(after, RowsAtOnce, cancellationToken).ConfigureAwait(false) is { } stored)
            {
                after = stored.Last;
                foreach (var message in stored.Data.Where(one => Holds(one.Json, field, value)).Select(static one => one.Message).Distinct())
                    erased += await _store.EraseAsync(message, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false) ? 1 : 0;
            }
        }
        finally
        {
            // Also of what was interrupted. The value is what is to be forgotten: the audit log must not keep it.
            await _audit.WriteAsync("data.erase", field, string.Create(CultureInfo.InvariantCulture, $"{erased} events by a value"), CancellationToken.None).ConfigureAwait(false);
        }

        return erased;
    }

    /// <summary>What is no JSON at all, as a publisher's own bytes could be, holds nothing.</summary>
    private static bool Holds(byte[] json, string field, string value)
    {
        try
        {
            return Search(json, field, value);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Search(ReadOnlySpan<byte> json, string field, string value)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = WireJson.MaxDepth });
        var paths = new Stack<string>();
        var path = "";
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    var parent = paths.Count == 0 ? "" : paths.Peek();
                    path = parent.Length == 0 ? Redaction.TextOf(ref reader) : $"{parent}.{Redaction.TextOf(ref reader)}";
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    paths.Push(path);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    paths.Pop();
                    path = paths.Count == 0 ? "" : paths.Peek();
                    break;
                default:
                    if (Is(path, field) && Text(ref reader).Equals(value, StringComparison.OrdinalIgnoreCase))
                        return true;
                    break;
            }
        }

        return false;
    }

    private static bool Is(string path, string field) =>
        path.Equals(field, StringComparison.OrdinalIgnoreCase)
        || (!field.Contains('.', StringComparison.Ordinal) && path.EndsWith("." + field, StringComparison.OrdinalIgnoreCase));

    private static string Text(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String ? Redaction.TextOf(ref reader) : System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
}
