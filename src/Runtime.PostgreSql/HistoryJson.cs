using System.Text.Json.Serialization;
using Declarative.History;

namespace Declarative.PostgreSql;

/// <summary>How a replay's selection is kept.</summary>
[JsonSerializable(typeof(DeliverySelection))]
internal sealed partial class HistoryJson : JsonSerializerContext;
