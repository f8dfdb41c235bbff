using Declarative.Admin.Integrations;

namespace Declarative.Admin.Layout;

/// <summary>The pages that the head of each page leads to. A new area adds its entry here.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Path">The page; those below it belong to the same area.</param>
/// <param name="Resource">The ACL resource that the page needs; who lacks it doesn't see the entry.</param>
internal sealed record NavigationEntry(string Text, string Path, string Resource)
{
    public static IReadOnlyList<NavigationEntry> All { get; } = [new("Integrations", "/integrations", IntegrationPages.Resource)];
}
