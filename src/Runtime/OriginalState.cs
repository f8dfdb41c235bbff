using System.Text.Json;

namespace Declarative;

/// <summary>The state of an entity before the change that an event tells of (<c>_origData</c>, <c>_isNew</c>).</summary>
public abstract class OriginalState
{
    private protected OriginalState()
    {
    }

    /// <summary>The entity did not exist before.</summary>
    public static OriginalState New { get; } = new NewState();

    /// <summary>The entity was <paramref name="value"/> before; serialised like a payload.</summary>
    /// <typeparam name="T">The entity's type; its JSON contract must be known as for a payload.</typeparam>
    /// <param name="value">The entity as it was; must not be null.</param>
    public static OriginalState Of<T>(T value)
        where T : notnull => new KnownState<T>(value);

    /// <summary>Writes <c>{"_isNew":…,"_origData":…}</c>, the form kept in the store.</summary>
    internal abstract byte[] ToJson(JsonSerializerOptions json);

    private sealed class NewState : OriginalState
    {
        internal override byte[] ToJson(JsonSerializerOptions json) => "{\"_isNew\":true}"u8.ToArray();
    }

    private sealed class KnownState<T>(T value) : OriginalState
        where T : notnull
    {
        internal override byte[] ToJson(JsonSerializerOptions json)
        {
            var data = JsonSerializer.SerializeToUtf8Bytes(value, json.GetTypeInfo(typeof(T)));
            return [.. "{\"_isNew\":false,\"_origData\":"u8, .. data, (byte)'}'];
        }
    }
}
