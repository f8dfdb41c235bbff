using System;
using System.Linq;
using System.Text.RegularExpressions;

namespace Declarative.Generator.Xml;

/// <summary>Tells a key of the configuration, as <c>Erp:WebhookSecret</c>, from a secret that somebody wrote in its place.</summary>
internal static class ConfigurationKey
{
    private const int MaxLength = 255;

    // No word of a key is a run of letters and digits as long as the shortest secret worth its name.
    private const int MinSecretLength = 32;

    private static readonly Regex Words = new(@"^[A-Za-z0-9_.-]+(?::[A-Za-z0-9_.-]+)+\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    public static bool IsOne(string text) => text.Length <= MaxLength && Words.IsMatch(text) && !text.Split(':').Any(IsSecret);

    private static bool IsSecret(string word) =>
        word.StartsWith("whsec_", StringComparison.OrdinalIgnoreCase) || word.Length >= MinSecretLength && word.Any(char.IsDigit) && word.All(char.IsLetterOrDigit);
}
