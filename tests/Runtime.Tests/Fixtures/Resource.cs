using System.Text.Json;

namespace Declarative.Tests.Fixtures;

/// <summary>JSON files of this folder.</summary>
public static class Resource
{
    public static JsonElement Json(string name)
    {
        using var stream = typeof(Resource).Assembly.GetManifestResourceStream(name)!;
        return JsonDocument.Parse(stream).RootElement;
    }
}
