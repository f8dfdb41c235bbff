using System.Net.Http.Headers;
using System.Text;
using Declarative.Consumers;

namespace Declarative.Delivery;

/// <summary>Headers as the log keeps them: one <c>name: value</c> a line, those that speak of secrets hidden. A signature is none: it proves only what it lies beside.</summary>
internal static class HeaderText
{
    /// <summary>More is cut: a receiver decides what it answers.</summary>
    private const int MaxLength = 8 * 1024;

    public static string Of(HttpHeaders headers, HttpHeaders content)
    {
        var text = new StringBuilder();
        Add(text, headers);
        Add(text, content);
        return text.Length <= MaxLength ? text.ToString() : text.ToString(0, MaxLength) + "…";
    }

    private static void Add(StringBuilder text, HttpHeaders headers)
    {
        foreach (var (name, values) in headers.NonValidated)
        {
            foreach (var value in values)
            {
                text.Append(text.Length == 0 ? "" : "\n").Append(name).Append(": ");
                if (SecretMask.IsSecret(name) && !name.EndsWith("signature", StringComparison.OrdinalIgnoreCase))
                    text.Append(SecretMask.Hidden);
                else
                    text.Append(value.Length <= MaxLength ? value : value[..MaxLength]);
                if (text.Length > MaxLength)
                    return;
            }
        }
    }
}
