using System.Text.Json.Serialization;
using Declarative.Modules;
using Declarative.Rest;

namespace Declarative.Json;

/// <summary>Contracts of what the runtime's own routes take and give, so that they work where reflection is trimmed away. Names follow the options they are used with.</summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(SearchCriteria))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<EventSummary>))]
internal sealed partial class ManagementJson : JsonSerializerContext;
