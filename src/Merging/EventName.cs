using System;

namespace Declarative.Merging;

/// <summary>The names of events and subscriptions, in the spellings that stand for one another.</summary>
internal static class EventName
{
    /// <summary>What Adobe's names begin with where they are stored and sent; removed wherever a name comes in.</summary>
    public const string VendorPrefix = "com.adobe.commerce.";

    /// <summary>Of an event that a publisher raises; the same event as the name without it.</summary>
    public const string ObserverPrefix = "observer.";

    /// <summary>Of an event that a decorated service method raises.</summary>
    public const string PluginPrefix = "plugin.";

    /// <summary>The name as it is stored: lower case, without the vendor's prefix.</summary>
    public static string Stored(string name)
    {
        name = name.Trim().ToLowerInvariant();
        return name.StartsWith(VendorPrefix, StringComparison.Ordinal) ? name.Substring(VendorPrefix.Length) : name;
    }

    /// <summary>What all spellings of one event share.</summary>
    public static string Key(string name)
    {
        name = Stored(name);
        return name.StartsWith(ObserverPrefix, StringComparison.Ordinal) ? name.Substring(ObserverPrefix.Length) : name;
    }

    /// <summary>Whether a decorated service method raises the event.</summary>
    public static bool IsPlugin(string name) => Stored(name).StartsWith(PluginPrefix, StringComparison.Ordinal);
}
