using System.Text.Json.Nodes;

namespace Declarative.Matching;

/// <summary>Changes the value of a field before it is sent. One instance serves all events; it must not keep state of one.</summary>
public interface IFieldConverter
{
    /// <summary>The value to be sent. If it throws, the original value is sent and the exception is logged.</summary>
    /// <param name="value">The value; of a list under <c>[]</c> each element's. Null for JSON's null.</param>
    /// <param name="matched">What is being matched.</param>
    JsonNode? Convert(JsonNode? value, MatchedEvent matched);
}
