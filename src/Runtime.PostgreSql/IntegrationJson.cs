using System.Text.Json.Serialization;

namespace Declarative.PostgreSql;

/// <summary>The contracts of what integrations keep as JSON.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class IntegrationJson : JsonSerializerContext;
