using Declarative.Commerce;

public sealed record Order(int Id);

public sealed record User(string Name);

public interface IUsers
{
    Task<User?> FindAsync(IFormCollection form);
}

namespace Shown
{
    internal abstract partial class World
    {
        protected IUsers users = null!;

        protected static Task<string?> LogInAsync(HttpContext context, IdentityLink link) => Task.FromResult<string?>(null);
    }
}
