using Declarative.Rest;

namespace Routes.Module;

public enum Size
{
    Small,
    Large,
}

public sealed record Part(string Name, int Count = 1);

public sealed record Thing
{
    public int Id { get; init; }

    public required string FullName { get; init; }

    public bool IsOpen { get; init; }

    public Size Size { get; init; }

    public string? Note { get; init; }

    public IReadOnlyList<Part> Parts { get; init; } = [];
}

/// <summary>What the routes of the host and of this module call alike.</summary>
public interface IThings
{
    Task<Thing> GetAsync(int id, string? note = null, CancellationToken cancellationToken = default);

    SearchResults<Thing> Search(SearchCriteria searchCriteria);

    Task<Thing> SaveAsync(Thing thing, bool keepNote = true);

    void Delete(int id);

    Task TouchAsync(int id);

    bool IsThere(int id);

    Thing? Find(int id);

    string Fail();

    int CustomerId(int customerId);
}

/// <summary>Answers from what it is given.</summary>
public sealed class Things : IThings
{
    public Task<Thing> GetAsync(int id, string? note = null, CancellationToken cancellationToken = default) => id == 404
        ? throw new NoSuchEntityException("There is no thing %id.", ("id", id))
        : Task.FromResult(new Thing { Id = id, FullName = "Thing", Note = note });

    public SearchResults<Thing> Search(SearchCriteria searchCriteria) =>
        new([.. searchCriteria.FilterGroups.SelectMany(group => group.Filters).Select(filter => new Thing { FullName = $"{filter.Field} {filter.ConditionType} {filter.Value}" })], searchCriteria, 1);

    public Task<Thing> SaveAsync(Thing thing, bool keepNote = true) => Task.FromResult(keepNote ? thing : thing with { Note = null });

    public void Delete(int id)
    {
    }

    public Task TouchAsync(int id) => Task.CompletedTask;

    public bool IsThere(int id) => id > 0;

    public Thing? Find(int id) => null;

    public string Fail() => throw new InvalidOperationException("a secret of ours");

    public int CustomerId(int customerId) => customerId;
}
