using Declarative.Integrations;

namespace Declarative.Admin.Layout;

/// <summary>A step of the way to a page.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Path">The page that it leads to; null where there is none.</param>
public sealed record Crumb(string Text, string? Path = null)
{
    /// <summary>The way to the list of integrations.</summary>
    public static IReadOnlyList<Crumb> Integrations { get; } = [new("System"), new("Extensions"), new("Integrations", "/integrations")];

    /// <summary>The way to a page of an integration; to its first where none is named.</summary>
    internal static IReadOnlyList<Crumb> To(Integration integration, string? page = null) => page is null
        ? [.. Integrations, new(integration.Name)]
        : [.. Integrations, new(integration.Name, $"/integrations/{integration.Id}"), new(page)];
}
