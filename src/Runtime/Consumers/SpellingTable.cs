using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Declarative.Consumers;

/// <summary>
/// Routes by every spelling of their names, ignoring the case of letters. Names are long and begin and end alike, over which the framework's frozen dictionary
/// spends more than twice as long: it hashes letter by letter where case is ignored.
/// </summary>
internal sealed class SpellingTable
{
    // The bit that tells upper from lower case in ASCII, in each of four characters; what else becomes alike by it, comparing tells apart.
    private const ulong Lower = 0x0020_0020_0020_0020;

    private readonly Entry[] _entries;

    public SpellingTable(IReadOnlyDictionary<string, ConsumerRoute> routes)
    {
        // At most half full, so that a probe rarely meets another name.
        _entries = new Entry[BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, routes.Count * 2))];
        foreach (var (name, route) in routes)
        {
            var hash = Hash(name);
            var at = hash & (uint)(_entries.Length - 1);
            while (_entries[at].Route is not null)
                at = (at + 1) & (uint)(_entries.Length - 1);
            _entries[at] = new Entry(hash, name, route);
        }
    }

    public ConsumerRoute? Find(ReadOnlySpan<char> name)
    {
        var entries = _entries;
        var hash = Hash(name);
        for (var at = hash & (uint)(entries.Length - 1); ; at = (at + 1) & (uint)(entries.Length - 1))
        {
            ref readonly var entry = ref entries[at];
            if (entry.Route is null)
                return null;
            if (entry.Hash == hash && (name.SequenceEqual(entry.Name.AsSpan()) || name.Equals(entry.Name, StringComparison.OrdinalIgnoreCase)))
                return entry.Route;
        }
    }

    /// <summary>
    /// CRC-32C, which processors have an instruction for, in two lanes that don't wait for each other. Senders can choose what they ask for, but not what is in the
    /// table: collisions can't be made.
    /// </summary>
    private static uint Hash(ReadOnlySpan<char> name)
    {
        const int Step = 2 * sizeof(ulong);
        ref var first = ref Unsafe.As<char, byte>(ref MemoryMarshal.GetReference(name));
        var length = name.Length * sizeof(char);
        var (one, other) = ((uint)length, 0u);
        for (var at = 0; at <= length - Step; at += Step)
        {
            one = BitOperations.Crc32C(one, Letters(ref first, at));
            other = BitOperations.Crc32C(other, Letters(ref first, at + sizeof(ulong)));
        }

        if (length >= Step)
        {
            // The end, together with what was hashed before it.
            one = BitOperations.Crc32C(one, Letters(ref first, length - Step));
            other = BitOperations.Crc32C(other, Letters(ref first, length - sizeof(ulong)));
        }
        else
        {
            foreach (var letter in name)
                one = BitOperations.Crc32C(one, (ushort)(letter | 0x20));
        }

        return one ^ BitOperations.RotateLeft(other, 16);
    }

    /// <summary>Four characters in lower case.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Letters(ref byte first, int at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, at)) | Lower;

    private readonly record struct Entry(uint Hash, string Name, ConsumerRoute? Route);
}
