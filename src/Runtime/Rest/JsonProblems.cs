using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Declarative.Rest;

/// <summary>What is wrong with an argument, for a caller: where it is and what is wanted, without a type's name of ours.</summary>
internal static class JsonProblems
{
    // More help nobody, and a body of empty objects would make an answer of any size.
    private const int MaxErrors = 20;

    public static RestError Missing(string name) =>
        new("%fieldName is required; give it a value.", ("fieldName", name));

    public static InputException AllMissing(IReadOnlyList<RestError> missing) => InputException.Of("Several required values are missing.", missing);

    public static InputException Undecodable(Exception exception) =>
        new("Decoding error: the body is no JSON that can be read.") { Detail = exception.Message };

    /// <summary>Why a value can't be read by its contract.</summary>
    /// <param name="name">The parameter's name on the wire.</param>
    /// <param name="json">Its JSON; empty if it came as text.</param>
    /// <param name="contract">Its contract.</param>
    /// <param name="exception">What the serializer said.</param>
    public static InputException Explain(string name, ReadOnlyMemory<byte> json, JsonTypeInfo contract, JsonException? exception)
    {
        var missing = new List<RestError>();
        FindMissing(json, contract, name, missing);
        if (missing.Count > 0)
            return AllMissing(missing);
        var path = name + (exception?.Path is { Length: > 1 } inner ? inner[1..] : "");
        return new InputException("The value of %fieldName has a wrong type or form.", ("fieldName", path)) { Detail = exception?.Message };
    }

    /// <summary>Required members that the JSON leaves out, at any depth.</summary>
    private static void FindMissing(ReadOnlyMemory<byte> json, JsonTypeInfo contract, string path, List<RestError> missing)
    {
        if (json.IsEmpty)
            return;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = Declarative.Json.WireJson.MaxDepth });
            FindMissing(document.RootElement, contract, path, missing);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Then it isn't a member that is missing, and the first exception says what it is.
        }
    }

    private static void FindMissing(JsonElement value, JsonTypeInfo contract, string path, List<RestError> missing)
    {
        if (contract.Kind == JsonTypeInfoKind.Enumerable && value.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var element in value.EnumerateArray())
            {
                if (missing.Count == MaxErrors)
                    return;
                FindMissing(element, contract.Options.GetTypeInfo(contract.ElementType!), $"{path}[{index++}]", missing);
            }
        }

        if (contract.Kind != JsonTypeInfoKind.Object || value.ValueKind != JsonValueKind.Object)
            return;
        foreach (var property in contract.Properties)
        {
            if (value.TryGetProperty(property.Name, out var inner))
                FindMissing(inner, contract.Options.GetTypeInfo(property.PropertyType), path + "." + property.Name, missing);
            else if (property.IsRequired && missing.Count < MaxErrors)
                missing.Add(Missing(path + "." + property.Name));
        }
    }
}
