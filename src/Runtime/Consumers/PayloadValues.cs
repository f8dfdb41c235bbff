using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Declarative.Consumers;

/// <summary>
/// The values of a payload's fields, in the order in which they are declared. What was not there, or null, is null. Used by generated
/// code, and valid only until it has made its object: the next one gets the same places.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PayloadValues
{
    private PayloadSlot[] _slots = [];
    private int _start;

    internal PayloadValues()
    {
    }

    /// <summary>A text.</summary>
    /// <param name="index">The field's place.</param>
    public string? String(int index) => (string?)At(index).Reference;

    /// <summary>A whole number of 32 bits.</summary>
    /// <param name="index">The field's place.</param>
    public int? Int(int index) => At(index) is { IsSet: true } slot ? (int)slot.Value.Whole : null;

    /// <summary>A whole number of 64 bits.</summary>
    /// <param name="index">The field's place.</param>
    public long? Long(int index) => At(index) is { IsSet: true } slot ? slot.Value.Whole : null;

    /// <summary>A decimal number.</summary>
    /// <param name="index">The field's place.</param>
    public decimal? Decimal(int index) => At(index) is { IsSet: true } slot ? slot.Value.Exact : null;

    /// <summary>A floating-point number.</summary>
    /// <param name="index">The field's place.</param>
    public double? Double(int index) => At(index) is { IsSet: true } slot ? slot.Value.Floating : null;

    /// <summary>True or false.</summary>
    /// <param name="index">The field's place.</param>
    public bool? Bool(int index) => At(index) is { IsSet: true } slot ? slot.Value.Whole != 0 : null;

    /// <summary>A day.</summary>
    /// <param name="index">The field's place.</param>
    public DateOnly? Date(int index) => At(index) is { IsSet: true } slot ? slot.Value.Day : null;

    /// <summary>A moment.</summary>
    /// <param name="index">The field's place.</param>
    public DateTimeOffset? DateTime(int index) => At(index) is { IsSet: true } slot ? slot.Value.Moment : null;

    /// <summary>A UUID.</summary>
    /// <param name="index">The field's place.</param>
    public Guid? Uuid(int index) => At(index) is { IsSet: true } slot ? slot.Value.Uuid : null;

    /// <summary>The place of an enum's text among those that are stated.</summary>
    /// <param name="index">The field's place.</param>
    public int? Enum(int index) => Int(index);

    /// <summary>An object.</summary>
    /// <typeparam name="T">The generated record.</typeparam>
    /// <param name="index">The field's place.</param>
    public T? Object<T>(int index)
        where T : class => (T?)At(index).Reference;

    /// <summary>A list.</summary>
    /// <typeparam name="T">What it holds.</typeparam>
    /// <param name="index">The field's place.</param>
    public IReadOnlyList<T>? List<T>(int index) => (IReadOnlyList<T>?)At(index).Reference;

    internal PayloadValues From(PayloadSlot[] slots, int start)
    {
        _slots = slots;
        _start = start;
        return this;
    }

    private ref readonly PayloadSlot At(int index) => ref _slots[_start + index];
}

/// <summary>The value of one field while its object is read.</summary>
internal struct PayloadSlot
{
    /// <summary>A text, an object or a list.</summary>
    public object? Reference;

    /// <summary>Any other value.</summary>
    public PayloadScalar Value;

    /// <summary>Whether the field was there.</summary>
    public bool IsThere;

    /// <summary>Whether the field was there and not null.</summary>
    public bool IsSet;
}

/// <summary>A value of any kind that is no object, in one place; which kind, the field says.</summary>
[StructLayout(LayoutKind.Explicit)]
internal struct PayloadScalar
{
    /// <summary>A whole number; 1 and 0 for true and false; the place of an enum's text.</summary>
    [FieldOffset(0)]
    public long Whole;

    [FieldOffset(0)]
    public decimal Exact;

    [FieldOffset(0)]
    public double Floating;

    [FieldOffset(0)]
    public DateOnly Day;

    [FieldOffset(0)]
    public DateTimeOffset Moment;

    [FieldOffset(0)]
    public Guid Uuid;
}
