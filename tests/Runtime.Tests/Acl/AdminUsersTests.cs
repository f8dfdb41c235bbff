using Declarative.Acl;
using Declarative.Modules;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Acl;

public sealed class SqliteAdminUsersTests : AdminUsersTests<SqliteFixture>;

public sealed class PostgreSqlAdminUsersTests : AdminUsersTests<PostgreSqlFixture>;

public abstract class AdminUsersTests<TStore> : IDisposable
    where TStore : IStoreFixture, new()
{
    private readonly TStore _store = new();
    private readonly TestClock _time = new();

    public void Dispose()
    {
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Users_and_roles_are_found_and_listed()
    {
        await using var host = await StartAsync();
        await host.Users.SaveRoleAsync("sellers", [CallerHost.Orders, CallerHost.View, CallerHost.Orders]);
        await host.Users.SaveRoleAsync("Nobodies", []);

        var made = await host.Users.CreateAsync("Berta", CallerHost.Password, "SELLERS");
        await host.Users.CreateAsync("anna", CallerHost.Password, "nobodies");

        made.ShouldBe(new AdminUser("Berta", "sellers", IsActive: true, _time.GetUtcNow(), _time.GetUtcNow()) with { CreatedAt = made.CreatedAt, ModifiedAt = made.ModifiedAt });
        (await host.Users.FindAsync("bERTA")).ShouldBe(made);
        (await host.Users.FindAsync("nobody")).ShouldBeNull();
        (await host.Users.FindAsync(new string('n', 1000))).ShouldBeNull();
        (await host.Users.ListAsync()).Select(user => user.Name).ShouldBe(["anna", "Berta"]);
        var roles = await host.Users.ListRolesAsync();
        roles.Select(role => role.Name).ShouldBe(["Nobodies", "sellers"]);
        roles[1].ResourceIds.ShouldBe([CallerHost.Orders, CallerHost.View]);
    }

    [Fact]
    public async Task Changes_are_kept_and_dated()
    {
        await using var host = await StartAsync();
        await host.Users.SaveRoleAsync("sellers", []);
        var made = await host.Users.CreateAsync("anna", CallerHost.Password, "sellers");
        _time.Advance(TimeSpan.FromMinutes(1));

        (await host.Users.SetActiveAsync("anna", false)).ShouldBeTrue();

        (await host.Users.FindAsync("anna")).ShouldBe(made with { IsActive = false, ModifiedAt = made.ModifiedAt.AddMinutes(1) });
        (await host.Users.SaveRoleAsync("Sellers", [])).ShouldBe((await host.Users.ListRolesAsync()).Single());
        (await host.Users.ListRolesAsync()).Single().Name.ShouldBe("Sellers");
    }

    [Fact]
    public async Task What_is_not_there_can_not_be_changed()
    {
        await using var host = await StartAsync();

        (await host.Users.SetActiveAsync("nobody", true)).ShouldBeFalse();
        (await host.Users.SetPasswordAsync("nobody", CallerHost.Password)).ShouldBeFalse();
        (await host.Users.RevokeTokensAsync("nobody")).ShouldBe(0);
    }

    [Fact]
    public async Task A_name_is_taken_ignoring_case_and_other_characters_for_the_same()
    {
        await using var host = await StartAsync();
        await host.Users.SaveRoleAsync("sellers", []);
        await host.Users.CreateAsync("Zo\u00eb", CallerHost.Password, "sellers");

        foreach (var name in new[] { "zO\u00cb", "Zoe\u0308", "\uff3ao\u00eb" })
            (await Should.ThrowAsync<ArgumentException>(() => host.Users.CreateAsync(name, CallerHost.Password, "sellers"))).Message.ShouldContain("SetPasswordAsync");
        (await host.Users.FindAsync("zoe\u0308"))!.Name.ShouldBe("Zo\u00eb");
        await host.Users.CreateAsync("Zoe", CallerHost.Password, "sellers");
    }

    [Theory]
    [InlineData("1234567")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_password_that_is_too_short_is_refused(string? password)
    {
        await using var host = await StartAsync();
        await host.Users.SaveRoleAsync("sellers", []);
        await host.Users.CreateAsync("anna", "12345678", "sellers");

        (await Should.ThrowAsync<ArgumentException>(() => host.Users.CreateAsync("berta", password!, "sellers"))).Message.ShouldContain("8 to 128");
        (await Should.ThrowAsync<ArgumentException>(() => host.Users.SetPasswordAsync("anna", password!))).Message.ShouldContain("8 to 128");
        await Should.ThrowAsync<ArgumentException>(() => host.Users.SetPasswordAsync("anna", new string('p', 129)));
        (await host.Users.SetPasswordAsync("anna", new string('p', 128))).ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" anna")]
    [InlineData("an\nna")]
    [InlineData("\ud800")]
    [InlineData("an\u00adna")]
    [InlineData("an\u200bna")]
    [InlineData("anna\u200d")]
    [InlineData("\ufeffanna")]
    [InlineData("an\ufffena")]
    public async Task A_name_that_can_be_none_is_refused(string name)
    {
        await using var host = await StartAsync();
        await host.Users.SaveRoleAsync("sellers", []);

        (await Should.ThrowAsync<ArgumentException>(() => host.Users.CreateAsync(name, CallerHost.Password, "sellers"))).ParamName.ShouldBe("name");
        await Should.ThrowAsync<ArgumentException>(() => host.Users.SaveRoleAsync(name, []));
    }

    [Fact]
    public async Task A_role_that_is_not_there_is_named_with_the_nearest()
    {
        await using var host = await StartAsync();
        await host.Users.SaveRoleAsync("sellers", []);

        (await Should.ThrowAsync<ArgumentException>(() => host.Users.CreateAsync("anna", CallerHost.Password, "seler"))).Message.ShouldContain("Did you mean 'sellers'?");
        (await Should.ThrowAsync<ArgumentException>(() => host.Users.CreateAsync("anna", CallerHost.Password, "x"))).Message.ShouldContain("SaveRoleAsync");
    }

    [Fact]
    public async Task Ids_that_nothing_declares_are_all_named()
    {
        await using var host = await StartAsync();

        var message = (await Should.ThrowAsync<ArgumentException>(() => host.Users.SaveRoleAsync("sellers", ["Shop_Sales::ordes", CallerHost.View, "X_Y::z"]))).Message;

        message.ShouldContain("'Shop_Sales::ordes'. Did you mean 'Shop_Sales::orders'?");
        message.ShouldContain("'X_Y::z'");
        (await host.Users.ListRolesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_role_may_hold_what_is_switched_off()
    {
        await using (var off = CallerHost.Build(_store, configuration: new() { ["Declarative:Modules:Shop_Permissions"] = "false" }))
        {
            await off.StartAsync();
            (await off.Users.SaveRoleAsync("sellers", [CallerHost.Orders])).ResourceIds.ShouldBe([CallerHost.Orders]);
        }

        await using var host = await StartAsync();
        (await host.Users.SaveRoleAsync("sellers", [CallerHost.Legacy])).ResourceIds.ShouldBe([CallerHost.Legacy]);
    }

    [Fact]
    public async Task The_first_admin_comes_from_the_configuration_once()
    {
        for (var start = 0; start < 3; start++)
        {
            await using var host = await StartAsync(Admin("root", CallerHost.Password));
            (await host.Users.ListAsync()).ShouldHaveSingleItem().Role.ShouldBe("Administrators");
            (await host.Users.ListRolesAsync()).ShouldHaveSingleItem().ResourceIds.ShouldBe(["Magento_Backend::all"]);
            (await host.GetAsync("/orders", await host.AdminTokens.CreateAdminAccessTokenAsync("root", CallerHost.Password))).ShouldBe(System.Net.HttpStatusCode.OK);
            host.Log.All.Count(line => line.Contains("Created the first admin user, 'root'", StringComparison.Ordinal)).ShouldBe(start == 0 ? 1 : 0);
        }
    }

    [Fact]
    public async Task Where_there_is_an_admin_the_configuration_makes_none()
    {
        await using (var host = await StartAsync())
            await host.AdminAsync("anna");

        await using var next = await StartAsync(Admin("root", "short"));
        (await next.Users.ListAsync()).ShouldHaveSingleItem().Name.ShouldBe("anna");
    }

    [Fact]
    public async Task Without_any_the_log_says_how_to_make_one_and_there_is_no_default()
    {
        await using var host = await StartAsync();

        var line = host.Log.All.Where(line => line.Contains("no admin user", StringComparison.Ordinal)).ShouldHaveSingleItem();
        line.ShouldStartWith("Information");
        line.ShouldContain("Declarative:Admin:Username");
        (await host.Users.ListAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("root", "1234567", "Declarative:Admin:Password must have 8 to 128 characters")]
    [InlineData("root", null, "Declarative:Admin:Password is not")]
    [InlineData(null, "12345678", "Declarative:Admin:Username is not")]
    [InlineData(" root", "12345678", "Declarative:Admin:Username must have")]
    public async Task A_first_admin_that_can_not_be_made_fails_the_start(string? name, string? password, string expected)
    {
        await using var host = CallerHost.Build(_store, configuration: Admin(name, password));

        (await Should.ThrowAsync<DeclarativeStartException>(host.StartAsync)).Problems.ShouldHaveSingleItem().ShouldContain(expected);
    }

    [Fact]
    public async Task Options_that_make_no_sense_fail_the_start()
    {
        await using var host = CallerHost.Build(_store, configuration: new()
        {
            ["Declarative:Callers:AdminTokenLifetime"] = "00:00:01",
            ["Declarative:Callers:CustomerTokenLifetime"] = "366.00:00:00",
            ["Declarative:Callers:MaxFailures"] = "0",
            ["Declarative:Callers:LockoutDuration"] = "-00:00:01",
        });

        (await Should.ThrowAsync<DeclarativeStartException>(host.StartAsync)).Problems.Count.ShouldBe(4);
    }

    private static Dictionary<string, string?> Admin(string? name, string? password) =>
        new() { ["Declarative:Admin:Username"] = name, ["Declarative:Admin:Password"] = password };

    private Task<CallerHost> StartAsync(Dictionary<string, string?>? configuration = null) => CallerHost.StartAsync(_store, _time, configuration);
}
