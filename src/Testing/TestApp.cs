using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Declarative.Modules;
using Declarative.Storage;
using Declarative.Subscriptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Declarative.Testing;

/// <summary>
/// An application in the test's process: the modules, a store of its own that goes with it, a clock that is moved by hand, and a receiver, which is also the
/// destination of declared subscriptions, unless the test configures another. It listens on a free port of the loopback, so that routes, consumers and deliveries go over real HTTP.
/// </summary>
public sealed class TestApp : IAsyncDisposable
{
    /// <summary>The secret of the subscriptions that <see cref="SubscribeAsync"/> makes.</summary>
    public const string Secret = "a secret for tests";

    private const string ReceiverPath = "/declarative-testing/receiver";

    private readonly WebApplication _app;
    private readonly string _folder;
    private readonly ConcurrentQueue<ReceivedEvent> _received = new();
    private readonly CapturedWarnings _warnings;

    private TestApp(WebApplication app, TestClock clock, string folder, CapturedWarnings warnings)
    {
        _app = app;
        _folder = folder;
        _warnings = warnings;
        Clock = clock;
        app.MapPost(ReceiverPath, ReceiveAsync);
    }

    /// <summary>The clock of the application.</summary>
    public TestClock Clock { get; }

    /// <summary>The application's services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Sends requests to the application.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>What was published so far, in the order in which it was stored.</summary>
    public TestEvents<PublishedEvent> Published => new(((CapturedMessages)Services.GetRequiredService<IMessageStore>()).Events, "published", _warnings.Lines);

    /// <summary>What the receiver got so far: of the subscriptions that <see cref="SubscribeAsync"/> made, and of declared ones whose destination the test doesn't configure.</summary>
    public TestEvents<ReceivedEvent> Received => new([.. _received], "received", _warnings.Lines);

    /// <summary>What the receiver answers, asked for each delivery; 200 by default. What it answers otherwise counts as received too.</summary>
    public Func<ReceivedEvent, HttpStatusCode> Answer { get; set; } = static _ => HttpStatusCode.OK;

    /// <summary>Starts one.</summary>
    /// <param name="modules">The modules' manifests: <c>Declarative.Generated.Shop_Sales.Create</c> for the assembly <c>Shop.Sales</c>.</param>
    /// <param name="configure">Adds what the application adds: services, configuration.</param>
    /// <param name="declarative">Chooses what <c>AddDeclarative</c> lets choose; the store is there already.</param>
    public static async Task<TestApp> StartAsync(IReadOnlyList<Func<ModuleManifest>> modules, Action<WebApplicationBuilder>? configure = null, Action<DeclarativeBuilder>? declarative = null)
    {
        var folder = Directory.CreateTempSubdirectory("declarative-testing-").FullName;
        var clock = new TestClock();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Testing" });
        var url = FreeUrl();
        builder.WebHost.UseUrls(url);
        var warnings = new CapturedWarnings();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(warnings).AddFilter<CapturedWarnings>("Declarative", LogLevel.Warning);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Declarative:Delivery:AllowedNetworks:0"] = "127.0.0.0/8",
            ["Declarative:Destinations:default:Url"] = url + ReceiverPath,
            ["Declarative:Destinations:default:Secret"] = Secret,
        });
        builder.Services.AddSingleton<TimeProvider>(clock);
        configure?.Invoke(builder);
        builder.Configuration.AddInMemoryCollection(OtherDestinations(modules, builder.Configuration));
        DeclarativeHost.Add(builder, modules, chosen =>
        {
            chosen.UseSqlite($"Data Source={Path.Combine(folder, "test.db")}");
            declarative?.Invoke(chosen);
        });
        Capture(builder.Services);
        var app = new TestApp(builder.Build(), clock, folder, warnings);
        DeclarativeHost.Map(app._app);
        try
        {
            await app._app.StartAsync().ConfigureAwait(false);
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        app.Client = new HttpClient { BaseAddress = new Uri(app._app.Urls.First()) };
        return app;
    }

    /// <summary>A service of the application, such as a publisher.</summary>
    /// <typeparam name="T">The service.</typeparam>
    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Subscribes the test's receiver to an event; what it gets is in <see cref="Received"/>.</summary>
    /// <param name="eventName">The event's name.</param>
    /// <param name="retry">The retry schedule: a preset, or seconds with commas between them.</param>
    public Task<Subscription> SubscribeAsync(string eventName, string retry = "standard") => Get<ISubscriptionStore>().CreateAsync(new NewSubscription
    {
        EventName = eventName,
        Recipient = _app.Urls.First() + ReceiverPath,
        VerificationToken = Secret,
        Retry = retry,
    });

    /// <summary>Waits until nothing is due any more by the application's clock: all that was published is resolved, and what could be delivered is.</summary>
    /// <param name="limit">How long in real time; 10 s by default.</param>
    /// <exception cref="TimeoutException">It isn't so within that time.</exception>
    public async Task IdleAsync(TimeSpan? limit = null)
    {
        using var end = new CancellationTokenSource(limit ?? TimeSpan.FromSeconds(10));
        var store = Get<IStoreLifecycle>();
        while (true)
        {
            var counts = await store.CountAsync(CancellationToken.None).ConfigureAwait(false);
            if (counts.Leased == 0 && !(counts.OldestDue <= Clock.GetUtcNow()))
                return;
            if (end.IsCancellationRequested)
                throw new TimeoutException($"Not idle yet: {counts.MessagesDue} events and {counts.DeliveriesDue} deliveries are pending, {counts.Leased} of them under way.");
            await Task.Delay(5, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Moves the clock on, and waits until all that became due by it is done.</summary>
    /// <param name="by">By how much.</param>
    public Task AdvanceAsync(TimeSpan by)
    {
        Clock.Advance(by);
        return IdleAsync();
    }

    /// <summary>Stops the application and removes its store.</summary>
    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _app.StopAsync(soon.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Destinations that declared subscriptions name and the test doesn't configure: they lead to the receiver, too.</summary>
    private static Dictionary<string, string?> OtherDestinations(IReadOnlyList<Func<ModuleManifest>> modules, ConfigurationManager configuration)
    {
        var destinations = configuration.GetSection("Declarative:Destinations");
        return modules.SelectMany(static create => create().Subscriptions).Select(static one => one.Destination).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(name => !destinations.GetSection(name).Exists())
            .SelectMany(name => destinations.GetSection("default").GetChildren().Select(setting => ($"{destinations.Path}:{name}:{setting.Key}", setting.Value)))
            .ToDictionary(static one => one.Item1, static one => one.Value, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>A destination is checked at start, so the port must be known before.</summary>
    private static string FreeUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    /// <summary>Puts what writes down before the store of messages.</summary>
    private static void Capture(IServiceCollection services)
    {
        var store = services.Last(static service => service.ServiceType == typeof(IMessageStore));
        services.Remove(store);
        services.AddSingleton<IMessageStore>(provider => new CapturedMessages(store switch
        {
            { ImplementationFactory: { } make } => (IMessageStore)make(provider),
            { ImplementationInstance: IMessageStore made } => made,
            _ => (IMessageStore)ActivatorUtilities.CreateInstance(provider, store.ImplementationType!),
        }));
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        var json = await DataOfAsync(context).ConfigureAwait(false);
        var headers = context.Request.Headers.ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var received = new ReceivedEvent(headers.GetValueOrDefault("x-event-name", ""), json, headers.GetValueOrDefault("webhook-id", ""), headers);
        _received.Enqueue(received);
        context.Response.StatusCode = (int)Answer(received);
    }

    private static async Task<JsonElement> DataOfAsync(HttpContext context)
    {
        using var document = await JsonDocument.ParseAsync(context.Request.Body).ConfigureAwait(false);
        return (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("data", out var data) ? data : document.RootElement).Clone();
    }
}
