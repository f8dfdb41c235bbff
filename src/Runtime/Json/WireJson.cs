using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Declarative.Json;

/// <summary>
/// The one way JSON is read and written on the wire: snake_case names, nulls left out, strict about depth and repeated
/// keys, lenient about scalars as the original systems are (<c>"1"</c> is a number, <c>1</c> is true, <c>5</c> is a string).
/// The host's own JSON options are another matter and stay untouched.
/// </summary>
internal sealed class WireJson
{
    public const int MaxDepth = 64;

    public WireJson(IEnumerable<WireJsonContext> contexts, IEnumerable<WireJsonConverter> converters)
    {
        Options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DictionaryKeyPolicy = null,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.AllowReadingFromString,
            MaxDepth = MaxDepth,
            AllowDuplicateProperties = false,
        };
        foreach (var converter in converters)
            Options.Converters.Add(converter.Converter);
        Options.Converters.Add(LenientBooleanConverter.Instance);
        Options.Converters.Add(LenientStringConverter.Instance);
        foreach (var context in contexts)
            Options.TypeInfoResolverChain.Add(context.Resolver);
        Options.TypeInfoResolverChain.Add(PrimitiveResolver.Instance);
        Options.TypeInfoResolverChain.Add(ManagementJson.Default);
        if (JsonSerializer.IsReflectionEnabledByDefault)
            Options.TypeInfoResolverChain.Add(Reflection());
        Options.MakeReadOnly();

        // What nobody promised to check before: callers must not put null where the type has none. Trimmed applications
        // have no annotations left to tell.
        Input = new JsonSerializerOptions(Options)
        {
            RespectNullableAnnotations = !AppContext.TryGetSwitch("System.Reflection.NullabilityInfoContext.IsSupported", out var isSupported) || isSupported,
        };
        Input.MakeReadOnly();
        Payload = new JsonSerializerOptions(Input)
        {
            RespectRequiredConstructorParameters = true,
            TypeInfoResolver = JsonTypeInfoResolver.Combine([.. Input.TypeInfoResolverChain]).WithAddedModifier(AllowLeavingOutNulls),
        };
        Payload.MakeReadOnly();
        Schema = new JsonSerializerOptions(Payload) { NumberHandling = JsonNumberHandling.Strict };
        Schema.MakeReadOnly();
    }

    public JsonSerializerOptions Options { get; }

    /// <summary>The same for what callers send over REST: null only where the C# type allows it.</summary>
    public JsonSerializerOptions Input { get; }

    /// <summary>
    /// The same for what senders of events give: what a constructor takes must be there, unless it may be null or has a default. Who
    /// leaves nulls out, as we do, is still understood.
    /// </summary>
    public JsonSerializerOptions Payload { get; }

    /// <summary>The contracts that <see cref="JsonSchemas"/> shows: that a text is taken for a number is nobody's business who writes one.</summary>
    public JsonSerializerOptions Schema { get; }

    /// <summary>
    /// The contracts as a schema should show them: converters of ours that also take other scalars would hide that they
    /// write strings and booleans.
    /// </summary>
    public IEnumerable<IJsonTypeInfoResolver> SchemaResolvers =>
        JsonSerializer.IsReflectionEnabledByDefault ? Options.TypeInfoResolverChain.Where(static one => one is not PrimitiveResolver) : Options.TypeInfoResolverChain;

    /// <summary>Why a type can't be read or written; null if it can.</summary>
    public string? ProblemOf(Type type) => ProblemOf(Options, type);

    /// <summary>Why a type can't be the payload that a handler takes; null if it can.</summary>
    public string? ProblemOfPayload(Type type) => ProblemOf(Payload, type);

    /// <summary>Why a type can't be read or written with such options; null if it can.</summary>
    public static string? ProblemOf(JsonSerializerOptions options, Type type)
    {
        try
        {
            return options.TryGetTypeInfo(type, out _)
                ? null
                : $"no JSON contract for {type}: add a JsonSerializerContext that has it by AddJsonContext(...)";
        }
        catch (Exception exception) when (exception is InvalidOperationException or NotSupportedException or ArgumentException)
        {
            return $"no usable JSON contract for {type}: {exception.Message}";
        }
    }

    private static void AllowLeavingOutNulls(JsonTypeInfo contract)
    {
        foreach (var property in contract.Properties)
        {
            if (property.AssociatedParameter is { IsNullable: true })
                property.IsRequired = false;
        }
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Reached only where the application keeps reflection-based JSON.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Reached only where the application keeps reflection-based JSON.")]
    private static DefaultJsonTypeInfoResolver Reflection() => new();
}
