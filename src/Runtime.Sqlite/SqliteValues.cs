using Microsoft.Data.Sqlite;

namespace Declarative.Sqlite;

/// <summary>How times, ids and nulls stand in columns.</summary>
internal static class SqliteValues
{
    public static long Ms(this DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static object? Ms(this DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    public static byte[] Bytes(this Guid id) => id.ToByteArray(bigEndian: true);

    public static Guid Id(this SqliteDataReader reader, int column) => new(reader.Blob(column), bigEndian: true);

    public static byte[] Blob(this SqliteDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);

    public static byte[]? BlobOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);

    public static string? TextOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static int? IntOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);

    public static DateTimeOffset Time(this SqliteDataReader reader, int column) => DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));

    public static DateTimeOffset? TimeOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Time(column);
}
