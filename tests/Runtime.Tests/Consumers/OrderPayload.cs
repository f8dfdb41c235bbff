using System.Text.Json.Serialization;
using Declarative.Consumers;

namespace Declarative.Tests.Consumers;

public enum OrderStatus
{
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("shipped")]
    Shipped,
}

/// <summary>A payload with every kind of field, as the generator would write it.</summary>
public sealed record OrderPayload
{
    public required string Sku { get; init; }

    public int? Count { get; init; }

    public long? Id { get; init; }

    public decimal? Price { get; init; }

    public double? Weight { get; init; }

    public bool? Paid { get; init; }

    public DateOnly? Day { get; init; }

    public DateTimeOffset? At { get; init; }

    public Guid? Uuid { get; init; }

    public OrderStatus? Status { get; init; }

    public AddressObject? Address { get; init; }

    public IReadOnlyList<LineItem>? Items { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public static PayloadShape<OrderPayload> Shape { get; } = new(
        [
            new("sku", FieldKind.String) { IsRequired = true, MinLength = 1, MaxLength = 8, Pattern = "^[a-z]" },
            new("count", FieldKind.Int) { Minimum = 0, Maximum = 100 },
            new("id", FieldKind.Long),
            new("price", FieldKind.Decimal) { IsNullable = true, Minimum = 0.5m },
            new("weight", FieldKind.Double) { Maximum = 2.5m },
            new("paid", FieldKind.Bool),
            new("day", FieldKind.Date),
            new("at", FieldKind.DateTime),
            new("uuid", FieldKind.Uuid),
            new("status", FieldKind.Enum) { IsNullable = true, Values = ["pending", "shipped"] },
            new("address", FieldKind.Object) { Shape = AddressObject.Shape },
            new("items", FieldKind.List) { MinLength = 1, MaxLength = 3, Element = new("", FieldKind.Object) { Shape = LineItem.Shape } },
            new("tags", FieldKind.List) { Element = new("", FieldKind.String) { MaxLength = 5 } },
        ],
        static values => new OrderPayload
        {
            Sku = values.String(0)!,
            Count = values.Int(1),
            Id = values.Long(2),
            Price = values.Decimal(3),
            Weight = values.Double(4),
            Paid = values.Bool(5),
            Day = values.Date(6),
            At = values.DateTime(7),
            Uuid = values.Uuid(8),
            Status = (OrderStatus?)values.Enum(9),
            Address = values.Object<AddressObject>(10),
            Items = values.List<LineItem>(11),
            Tags = values.List<string>(12),
        });

    public sealed record AddressObject
    {
        public string? City { get; init; }

        public static PayloadShape<AddressObject> Shape { get; } = new(
            [new("city", FieldKind.String) { IsNullable = true }],
            static values => new AddressObject { City = values.String(0) },
            refusesOthers: true);
    }

    public sealed record LineItem
    {
        public required int Qty { get; init; }

        public IReadOnlyList<AddressObject>? Stops { get; init; }

        public static PayloadShape<LineItem> Shape { get; } = new(
            [new("qty", FieldKind.Int) { IsRequired = true }, new("stops", FieldKind.List) { Element = new("", FieldKind.Object) { Shape = AddressObject.Shape } }],
            static values => new LineItem { Qty = values.Int(0)!.Value, Stops = values.List<AddressObject>(1) });
    }
}
