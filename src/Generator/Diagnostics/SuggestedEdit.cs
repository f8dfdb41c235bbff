using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Diagnostics;

/// <summary>
/// A change of an XML file that mends what a diagnostic reports. Whoever reports knows what is to be changed; it travels in the diagnostic's properties to the
/// code fix, which knows how.
/// </summary>
/// <param name="Title">What an editor offers, e.g. <c>Write 'GetAsync' in etc/webapi.xml</c>.</param>
/// <param name="Path">The file.</param>
/// <param name="Place">What is replaced, or with <paramref name="Parent"/> a place inside of that element.</param>
/// <param name="Text">What is written; with <paramref name="Parent"/> elements, one a line.</param>
internal sealed record SuggestedEdit(string Title, string Path, TextSpan Place, string Text)
{
    /// <summary>The element around the place that the text becomes children of; null where the text replaces the place.</summary>
    public string? Parent { get; init; }

    /// <summary>Whether the children come before those that are there.</summary>
    public bool IsFirst { get; init; }

    public static ImmutableDictionary<string, string?> ToProperties(IEnumerable<SuggestedEdit> edits) =>
        edits.SelectMany((edit, number) => edit.Properties.Select(pair => new KeyValuePair<string, string?>(Key(number, pair.Name), pair.Value))).ToImmutableDictionary();

    public static IEnumerable<SuggestedEdit> Of(Diagnostic diagnostic)
    {
        for (var number = 0; diagnostic.Properties.ContainsKey(Key(number, nameof(Title))); number++)
        {
            string? Value(string name) => diagnostic.Properties[Key(number, name)];
            int Number(string name) => int.Parse(Value(name)!, CultureInfo.InvariantCulture);
            yield return new SuggestedEdit(Value(nameof(Title))!, Value(nameof(Path))!, new TextSpan(Number(nameof(Place.Start)), Number(nameof(Place.Length))), Value(nameof(Text))!)
            {
                Parent = Value(nameof(Parent)),
                IsFirst = Value(nameof(IsFirst)) is not null,
            };
        }
    }

    private IEnumerable<(string Name, string? Value)> Properties =>
    [
        (nameof(Title), Title),
        (nameof(Path), Path),
        (nameof(Place.Start), Place.Start.ToString(CultureInfo.InvariantCulture)),
        (nameof(Place.Length), Place.Length.ToString(CultureInfo.InvariantCulture)),
        (nameof(Text), Text),
        (nameof(Parent), Parent),
        (nameof(IsFirst), IsFirst ? "" : null),
    ];

    private static string Key(int number, string name) => $"{number.ToString(CultureInfo.InvariantCulture)}.{name}";
}
