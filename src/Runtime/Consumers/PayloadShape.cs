using System.Diagnostics.CodeAnalysis;

namespace Declarative.Consumers;

/// <summary>What a declared payload holds.</summary>
public abstract class PayloadShape
{
    private readonly PayloadField _root;
    private string? _jsonSchema;

    private protected PayloadShape(IReadOnlyList<PayloadField> fields, bool refusesOthers, PayloadField? root)
    {
        Fields = fields;
        RefusesOthers = refusesOthers;
        Members = [.. fields.Select(static field => new PayloadMember(field))];
        _root = root ?? new PayloadField("", FieldKind.Object) { Shape = this };
        Root = new PayloadMember(_root);
    }

    /// <summary>The payload's JSON Schema, draft 2020-12. It states what a sender should write; that <c>"1"</c> is taken for 1 it leaves out.</summary>
    public string JsonSchema => _jsonSchema ??= PayloadSchema.Write(_root);

    internal IReadOnlyList<PayloadField> Fields { get; }

    internal bool RefusesOthers { get; }

    /// <summary>The fields, ready for reading.</summary>
    internal PayloadMember[] Members { get; }

    /// <summary>The payload as a whole, as if it were a field.</summary>
    internal PayloadMember Root { get; }

    /// <summary>Lists of it.</summary>
    internal abstract PayloadList Lists { get; }

    /// <summary>Makes the C# object of values that are as declared.</summary>
    internal abstract object? Make(PayloadValues values);
}

/// <summary>A declared payload: reads it from JSON, checks it, and makes the C# object, in one pass. Written by the generator.</summary>
/// <typeparam name="T">The generated record, or a list of it.</typeparam>
public sealed class PayloadShape<T> : PayloadShape
{
    private readonly Func<PayloadValues, T> _create;

    /// <summary>States a payload that is an object.</summary>
    /// <param name="fields">Its fields.</param>
    /// <param name="create">Makes the C# object of the fields' values, which stand in the same order.</param>
    /// <param name="refusesOthers">Whether fields that aren't declared are refused; else they are passed over.</param>
    /// <exception cref="ArgumentException">A field lacks what its kind needs, or its pattern is none that .NET matches in linear time.</exception>
    public PayloadShape(IReadOnlyList<PayloadField> fields, Func<PayloadValues, T> create, bool refusesOthers = false)
        : this(fields, create, refusesOthers, root: null)
    {
    }

    private PayloadShape(IReadOnlyList<PayloadField> fields, Func<PayloadValues, T> create, bool refusesOthers, PayloadField? root)
        : base(fields, refusesOthers, root) => _create = create;

    internal override PayloadList Lists { get; } = new PayloadList<T>(static (in slot) => (T)slot.Reference!);

    /// <summary>The payload that is a list of these.</summary>
    public PayloadShape<IReadOnlyList<T>> List() => PayloadShape<IReadOnlyList<T>>.Of(
        new PayloadField("", FieldKind.List) { Element = new PayloadField("", FieldKind.Object) { Shape = this } });

    /// <summary>Reads a payload. False if there is a problem; the problems are added.</summary>
    internal bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out T? payload, List<FieldProblem> problems)
    {
        payload = PayloadReader.Read(json, Root, problems) is T read ? read : default;
        return payload is not null;
    }

    internal override object? Make(PayloadValues values) => _create(values);

    private static PayloadShape<T> Of(PayloadField list) => new([], static _ => throw new NotSupportedException("A list is no field's object."), refusesOthers: false, list);
}
