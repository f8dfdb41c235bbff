using System.Text.Json.Nodes;

namespace Declarative.Tests.Consumers;

public sealed class PayloadSchemaTests
{
    [Fact]
    public void The_schema_says_all_that_is_declared() => Same(OrderPayload.Shape.JsonSchema, """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "type": "object",
          "properties": {
            "sku": {"type": "string", "minLength": 1, "maxLength": 8, "pattern": "^[a-z]"},
            "count": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 100},
            "id": {"type": "integer", "format": "int64"},
            "price": {"type": ["number", "null"], "minimum": 0.5},
            "weight": {"type": "number", "maximum": 2.5},
            "paid": {"type": "boolean"},
            "day": {"type": "string", "format": "date"},
            "at": {"type": "string", "format": "date-time"},
            "uuid": {"type": "string", "format": "uuid"},
            "status": {"type": ["string", "null"], "enum": ["pending", "shipped", null]},
            "address": {"type": "object", "properties": {"city": {"type": ["string", "null"]}}, "additionalProperties": false},
            "items": {
              "type": "array", "minItems": 1, "maxItems": 3,
              "items": {
                "type": "object",
                "properties": {
                  "qty": {"type": "integer", "format": "int32"},
                  "stops": {"type": "array", "items": {"type": "object", "properties": {"city": {"type": ["string", "null"]}}, "additionalProperties": false}}
                },
                "required": ["qty"]
              }
            },
            "tags": {"type": "array", "items": {"type": "string", "maxLength": 5}}
          },
          "required": ["sku"]
        }
        """);

    [Fact]
    public void The_schema_of_a_list_is_that_of_its_elements() => Same(OrderPayload.AddressObject.Shape.List().JsonSchema, """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "type": "array",
          "items": {"type": "object", "properties": {"city": {"type": ["string", "null"]}}, "additionalProperties": false}
        }
        """);

    private static void Same(string schema, string expected) => schema.ShouldBe(JsonNode.Parse(expected)!.ToJsonString());
}
