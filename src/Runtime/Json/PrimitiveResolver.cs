using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Declarative.Json;

/// <summary>Contracts of the types that arguments mostly have, so that they need no context of the host even when reflection is trimmed away.</summary>
internal sealed class PrimitiveResolver : IJsonTypeInfoResolver
{
    private static readonly Dictionary<Type, Func<JsonSerializerOptions, JsonTypeInfo>> Contracts = Build();

    public static PrimitiveResolver Instance { get; } = new();

    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options) =>
        Contracts.TryGetValue(type, out var create) ? create(options) : null;

    private static Dictionary<Type, Func<JsonSerializerOptions, JsonTypeInfo>> Build()
    {
        var contracts = new Dictionary<Type, Func<JsonSerializerOptions, JsonTypeInfo>>();
        AddStruct(contracts, LenientBooleanConverter.Instance);
        AddStruct(contracts, JsonMetadataServices.ByteConverter);
        AddStruct(contracts, JsonMetadataServices.SByteConverter);
        AddStruct(contracts, JsonMetadataServices.Int16Converter);
        AddStruct(contracts, JsonMetadataServices.UInt16Converter);
        AddStruct(contracts, JsonMetadataServices.Int32Converter);
        AddStruct(contracts, JsonMetadataServices.UInt32Converter);
        AddStruct(contracts, JsonMetadataServices.Int64Converter);
        AddStruct(contracts, JsonMetadataServices.UInt64Converter);
        AddStruct(contracts, JsonMetadataServices.SingleConverter);
        AddStruct(contracts, JsonMetadataServices.DoubleConverter);
        AddStruct(contracts, JsonMetadataServices.DecimalConverter);
        AddStruct(contracts, JsonMetadataServices.CharConverter);
        AddStruct(contracts, JsonMetadataServices.GuidConverter);
        AddStruct(contracts, JsonMetadataServices.DateTimeConverter);
        AddStruct(contracts, JsonMetadataServices.DateTimeOffsetConverter);
        AddStruct(contracts, JsonMetadataServices.DateOnlyConverter);
        AddStruct(contracts, JsonMetadataServices.TimeOnlyConverter);
        AddStruct(contracts, JsonMetadataServices.TimeSpanConverter);
        AddStruct(contracts, JsonMetadataServices.JsonElementConverter);
        Add<string>(contracts, LenientStringConverter.Instance);
        Add<byte[]>(contracts, JsonMetadataServices.ByteArrayConverter!);
        Add<Uri>(contracts, JsonMetadataServices.UriConverter!);
        Add<Version>(contracts, JsonMetadataServices.VersionConverter!);
        Add<object>(contracts, JsonMetadataServices.ObjectConverter!);
        Add<JsonDocument>(contracts, JsonMetadataServices.JsonDocumentConverter!);
        Add<JsonNode>(contracts, JsonMetadataServices.JsonNodeConverter!);
        Add<JsonObject>(contracts, JsonMetadataServices.JsonObjectConverter!);
        Add<JsonArray>(contracts, JsonMetadataServices.JsonArrayConverter!);
        return contracts;
    }

    private static void Add<T>(Dictionary<Type, Func<JsonSerializerOptions, JsonTypeInfo>> contracts, JsonConverter<T> converter)
        where T : class
    {
        contracts[typeof(T)] = options => JsonMetadataServices.CreateValueInfo<T>(options, converter);
        contracts[typeof(T[])] = static options => JsonMetadataServices.CreateArrayInfo<T>(options, Collection<T[]>());
        contracts[typeof(List<T>)] = static options => JsonMetadataServices.CreateListInfo<List<T>, T>(options, List<T>());
    }

    private static void AddStruct<T>(Dictionary<Type, Func<JsonSerializerOptions, JsonTypeInfo>> contracts, JsonConverter<T> converter)
        where T : struct
    {
        contracts[typeof(T)] = options => JsonMetadataServices.CreateValueInfo<T>(options, converter);
        contracts[typeof(T?)] = static options => JsonMetadataServices.CreateValueInfo<T?>(options, JsonMetadataServices.GetNullableConverter<T>(options));
        if (typeof(T) != typeof(byte))
            contracts[typeof(T[])] = static options => JsonMetadataServices.CreateArrayInfo<T>(options, Collection<T[]>());
        contracts[typeof(List<T>)] = static options => JsonMetadataServices.CreateListInfo<List<T>, T>(options, List<T>());
    }

    // Unless told so, a collection's own contract is strict about numbers whatever the options say.
    private static JsonCollectionInfoValues<TCollection> Collection<TCollection>() => new() { NumberHandling = JsonNumberHandling.AllowReadingFromString };

    private static JsonCollectionInfoValues<List<T>> List<T>() => new() { ObjectCreator = static () => [], NumberHandling = JsonNumberHandling.AllowReadingFromString };
}
