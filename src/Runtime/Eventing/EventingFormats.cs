using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Declarative.Eventing;

/// <summary>The forms that ids and workspace configurations must have.</summary>
internal static class EventingFormats
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create(Letters);
    private static readonly SearchValues<char> InstanceCharacters = SearchValues.Create(Letters + "-");

    public static string? ProblemOfId(string name, string? value) =>
        value.AsSpan().ContainsAnyExcept(IdCharacters) ? $"{name} may have letters, digits and underscores only." : null;

    public static string? ProblemOfInstance(string name, string? value) =>
        value is not null && (value.Length == 0 || value.AsSpan().ContainsAnyExcept(InstanceCharacters)) ? $"{name} must have letters, digits, underscores and hyphens only." : null;

    /// <summary>What is sent back in place of a workspace configuration. Whoever sends it, keeps the stored one.</summary>
    public static bool IsMask(string value) => value.Length > 0 && !value.AsSpan().ContainsAnyExcept('*');

    /// <summary>The configuration as JSON; null and why if it is none.</summary>
    public static JsonNode? ParseWorkspace(string value, out string problem)
    {
        try
        {
            problem = "it holds null";
            return JsonNode.Parse(value, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException exception)
        {
            problem = exception.Message;
            return null;
        }
    }

    /// <summary>Whether it has what the default provider's needs: <c>project.workspace.details.credentials</c>.</summary>
    public static bool HasCredentials(JsonNode workspace)
    {
        JsonNode? node = workspace;
        foreach (var name in (ReadOnlySpan<string>)["project", "workspace", "details", "credentials"])
        {
            if (node is not JsonObject level || !level.TryGetPropertyValue(name, out node) || node is null)
                return false;
        }

        return true;
    }
}
