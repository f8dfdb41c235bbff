namespace Declarative.Consumers;

/// <summary>Makes lists of one type without knowing it.</summary>
internal abstract class PayloadList
{
    public abstract object New();

    public abstract void Add(object list, in PayloadSlot slot);

    /// <summary>Lists of a kind that is neither object nor list.</summary>
    public static PayloadList Of(FieldKind kind) => kind switch
    {
        FieldKind.String => new PayloadList<string>(static (in slot) => (string)slot.Reference!),
        FieldKind.Int => new PayloadList<int>(static (in slot) => (int)slot.Value.Whole),
        FieldKind.Long => new PayloadList<long>(static (in slot) => slot.Value.Whole),
        FieldKind.Decimal => new PayloadList<decimal>(static (in slot) => slot.Value.Exact),
        FieldKind.Double => new PayloadList<double>(static (in slot) => slot.Value.Floating),
        FieldKind.Bool => new PayloadList<bool>(static (in slot) => slot.Value.Whole != 0),
        FieldKind.Date => new PayloadList<DateOnly>(static (in slot) => slot.Value.Day),
        FieldKind.DateTime => new PayloadList<DateTimeOffset>(static (in slot) => slot.Value.Moment),
        FieldKind.Uuid => new PayloadList<Guid>(static (in slot) => slot.Value.Uuid),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Lists hold objects, or values that are neither object nor list."),
    };
}

/// <summary>Makes lists of a type.</summary>
internal sealed class PayloadList<T>(PayloadList<T>.Element element) : PayloadList
{
    public delegate T Element(in PayloadSlot slot);

    public override object New() => new List<T>();

    public override void Add(object list, in PayloadSlot slot) => ((List<T>)list).Add(element(slot));
}
