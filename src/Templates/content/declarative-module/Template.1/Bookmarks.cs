using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace Template._1;

public sealed record Bookmark(int Id, string Url);

public interface IBookmarks
{
    /// <summary>What subscribers of bookmark.added get; null, and so nothing, if it is gone by then.</summary>
    Bookmark? Find(int id);

    Task<Bookmark> AddAsync(string url, CancellationToken cancellationToken);
}

/// <summary>Bookmarks are lost with the process, until a database of yours keeps them; what is published is not.</summary>
public sealed class BookmarksInMemory(IBookmarkAddedPublisher added) : IBookmarks
{
    private readonly ConcurrentDictionary<int, Bookmark> _bookmarks = new();
    private int _lastId;

    public Bookmark? Find(int id) => _bookmarks.GetValueOrDefault(id);

    public async Task<Bookmark> AddAsync(string url, CancellationToken cancellationToken)
    {
        var bookmark = new Bookmark(Interlocked.Increment(ref _lastId), url);
        _bookmarks[bookmark.Id] = bookmark;
        await added.PublishAsync(bookmark.Id, cancellationToken: cancellationToken);
        return bookmark;
    }
}

public static class BookmarksServices
{
    /// <summary>What the module's routes and events call. An application adds it before <c>AddDeclarative</c>.</summary>
    public static IServiceCollection AddBookmarks(this IServiceCollection services) => services.AddSingleton<IBookmarks, BookmarksInMemory>();
}
