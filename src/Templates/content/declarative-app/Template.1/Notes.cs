using System.Collections.Concurrent;

namespace Template._1;

public sealed record Note(int Id, string Text);

public interface INotes
{
    /// <summary>What subscribers of note.taken get; null, and so nothing, if it is gone by then.</summary>
    Note? Find(int id);

    Task<Note> TakeAsync(string text, CancellationToken cancellationToken);
}

/// <summary>Notes are lost with the process, until a database of yours keeps them; what is published is not.</summary>
public sealed class NotesInMemory(INoteTakenPublisher taken) : INotes
{
    private readonly ConcurrentDictionary<int, Note> _notes = new();
    private int _lastId;

    public Note? Find(int id) => _notes.GetValueOrDefault(id);

    public async Task<Note> TakeAsync(string text, CancellationToken cancellationToken)
    {
        var note = new Note(Interlocked.Increment(ref _lastId), text);
        _notes[note.Id] = note;
        await taken.PublishAsync(note.Id, cancellationToken: cancellationToken);
        return note;
    }
}
