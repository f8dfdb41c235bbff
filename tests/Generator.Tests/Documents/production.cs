using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

/// <summary>What the generator of System.Text.Json writes.</summary>
internal sealed partial class ThermometerJson
{
    private ThermometerJson()
        : base(null)
    {
    }

    public static ThermometerJson Default { get; } = new();

    protected override JsonSerializerOptions? GeneratedSerializerOptions => null;

    public override JsonTypeInfo? GetTypeInfo(Type type) => null;
}
