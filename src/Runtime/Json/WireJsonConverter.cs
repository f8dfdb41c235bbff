using System.Text.Json.Serialization;

namespace Declarative.Json;

/// <summary>Wraps what a host adds, so that it isn't taken for a contract or converter of anything else in DI.</summary>
/// <param name="Converter">The converter.</param>
internal sealed record WireJsonConverter(JsonConverter Converter);

/// <summary>As above, for contracts.</summary>
/// <param name="Resolver">The contracts.</param>
internal sealed record WireJsonContext(System.Text.Json.Serialization.Metadata.IJsonTypeInfoResolver Resolver);
