using System.Globalization;
using System.Text;

namespace Declarative.Acl;

/// <summary>User and role names: how they compare, and what they may be made of.</summary>
internal static class UserName
{
    public const int MaxLength = 255;

    /// <summary>
    /// The form that spellings in other case share, or of other characters for the same (NFKC): full-width letters, ligatures,
    /// letters with their accents apart. False if nothing can have the name.
    /// </summary>
    public static bool TryKey(string? name, out string key)
    {
        key = "";
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxLength || char.IsWhiteSpace(name[0]) || char.IsWhiteSpace(name[^1]))
            return false;
        foreach (var rune in name.EnumerateRunes())
        {
            // Format characters can't be seen, and databases compare names as if they weren't there. Half a surrogate pair reads
            // as the replacement character, and a store would keep it as that. What is no character can't be normalised.
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format || rune == Rune.ReplacementChar || (rune.Value & 0xFFFE) == 0xFFFE)
                return false;
        }

        key = name.Normalize(NormalizationForm.FormKC).ToUpperInvariant();
        return true;
    }

    /// <exception cref="ArgumentException">Nothing can have the name.</exception>
    public static string Key(string? name, string parameter) => TryKey(name, out var key)
        ? key
        : throw new ArgumentException("A name has 1 to 255 characters, none of them a control or format character, and no white space at its ends.", parameter);
}
