using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Consumers;

/// <summary>A value of the configuration that an event's handler takes. Written by the generator.</summary>
/// <param name="Key">The key of the configuration, e.g. <c>BackOffice:ErpUrl</c>.</param>
/// <param name="Kind">What it is: a scalar.</param>
public sealed record HandlerInput(string Key, FieldKind Kind)
{
    /// <summary>Whether the configuration must state it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>What counts where the configuration states nothing; null for nothing.</summary>
    public string? Default { get; init; }
}

/// <summary>What an event's handler takes from the configuration.</summary>
public abstract class HandlerInputs
{
    private protected HandlerInputs(IReadOnlyList<HandlerInput> inputs) => Inputs = inputs;

    internal IReadOnlyList<HandlerInput> Inputs { get; }

    /// <summary>The record as a singleton.</summary>
    internal abstract ServiceDescriptor Service { get; }

    /// <summary>What is missing or can't be read, each by its key and without its value, which may be a secret.</summary>
    internal abstract IReadOnlyList<FieldProblem> Problems(IConfiguration configuration);
}

/// <summary>What an event's handler takes from the configuration, read once, by the same rules as the fields of a payload. Written by the generator.</summary>
/// <typeparam name="T">The generated record.</typeparam>
public sealed class HandlerInputs<T> : HandlerInputs
    where T : class
{
    private readonly PayloadShape<T> _shape;

    /// <summary>States the inputs.</summary>
    /// <param name="inputs">Each of them.</param>
    /// <param name="create">Makes the record of their values, which stand in the same order.</param>
    public HandlerInputs(IReadOnlyList<HandlerInput> inputs, Func<PayloadValues, T> create)
        : base(inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);

        // Told apart by their places: two inputs may have one key.
        _shape = new PayloadShape<T>([.. inputs.Select(static (one, place) => new PayloadField(NameOf(place), one.Kind) { IsRequired = one.IsRequired || one.Default is not null })], create);
    }

    internal override ServiceDescriptor Service => ServiceDescriptor.Singleton(typeof(T), services => Read(services.GetRequiredService<IConfiguration>()));

    internal override IReadOnlyList<FieldProblem> Problems(IConfiguration configuration)
    {
        TryRead(configuration, out var problems);
        return problems;
    }

    private T Read(IConfiguration configuration) =>
        TryRead(configuration, out var problems)
        ?? throw new InvalidOperationException($"The inputs {typeof(T)} can't be read: {string.Join("; ", problems.Select(static one => $"{one.Path} {one.Problem}"))}.");

    private T? TryRead(IConfiguration configuration, out List<FieldProblem> problems)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            for (var place = 0; place < Inputs.Count; place++)
            {
                // What is empty is not stated: an environment can hardly take a value away otherwise.
                if ((string.IsNullOrWhiteSpace(configuration[Inputs[place].Key]) ? Inputs[place].Default : configuration[Inputs[place].Key]) is { } text)
                    writer.WriteString(NameOf(place), Inputs[place].Kind switch { FieldKind.String => text, FieldKind.Bool => text.Trim().ToLowerInvariant(), _ => text.Trim() });
            }

            writer.WriteEndObject();
        }

        problems = [];
        var isRead = _shape.TryRead(json.WrittenSpan, out var read, problems);
        problems = problems.ConvertAll(one => one with { Path = Inputs[Convert.ToInt32(one.Path, System.Globalization.CultureInfo.InvariantCulture)].Key });
        return isRead ? read : null;
    }

    private static string NameOf(int place) => place.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
