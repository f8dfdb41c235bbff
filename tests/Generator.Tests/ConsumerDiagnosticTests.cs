using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>Every mistake in consumers, its message and its exact place.</summary>
public sealed class ConsumerDiagnosticTests
{
    private const string Consumer = ConsumerTests.Consumer;

    private const string Classes = """
        namespace BackOffice.Products
        {
            using System.Text.Json;
            using Declarative.Consumers;

            public sealed class Any : IEventHandler<JsonElement> { public Task<EventResult> HandleAsync(JsonElement payload, EventContext context, CancellationToken cancellationToken) => throw new NotSupportedException(); }
            public sealed class OfText : IEventHandler<string> { public Task<EventResult> HandleAsync(string payload, EventContext context, CancellationToken cancellationToken) => throw new NotSupportedException(); }
            public abstract class Unfinished : IEventHandler<JsonElement> { public abstract Task<EventResult> HandleAsync(JsonElement payload, EventContext context, CancellationToken cancellationToken); }
            public sealed class Closed : IEventHandler<JsonElement> { private Closed() { } public static Closed One { get; } = new(); public Task<EventResult> HandleAsync(JsonElement payload, EventContext context, CancellationToken cancellationToken) => throw new NotSupportedException(); }
            public static class Static;
            public interface IContract : IEventHandler<JsonElement>;
            public sealed class Nothing;
            public sealed class Holder { private sealed class Hidden; }
            public sealed class TakenPayload;
            public sealed class RefInputs;
            public sealed record ProductRef(string Sku);
            public sealed class Ref : IEventHandler<ProductRef> { public Task<EventResult> HandleAsync(ProductRef payload, EventContext context, CancellationToken cancellationToken) => throw new NotSupportedException(); }
            public abstract class Guard : IIngestionAuthenticator { public abstract ValueTask<bool> IsAllowedAsync(Microsoft.AspNetCore.Http.HttpRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken); }
        }
        """;

    /// <summary>An event that is sound but for what is asked.</summary>
    private static string Event(string attributes = "handler=\"BackOffice.Products.Any\"", string rest = "", string name = "a.b") => $"<consumer {Consumer}><event name=\"{name}\" {attributes}>{rest}</event></consumer>";

    /// <summary>A field of a payload whose handler fits.</summary>
    private static string Field(string field, string rest = "") => Event("handler=\"BackOffice.Fitting\"", $"<payload>{field}</payload>{rest}");

    /// <summary>An input of a handler that fits.</summary>
    private static string Input(string input) => Event(rest: $"<inputs>{input}</inputs>");

    public static TheoryData<string, string, string> Consumers => new()
    {
        // id, what stands in <config> with the place marked, a part of the message
        { "DCL0006", "<[|consumer|] path=\"/a\" signature=\"none\" acknowledged=\"true\"/>", "needs the attribute 'name'" },
        { "DCL0006", "<consumer name=\"[|a|]\" path=\"/a\"/>", "<consumer> needs the attribute 'signature', so that it knows who sends; known here: x-magento-signature, standard-webhooks, adobe-io, none" },
        { "DCL0006", "<consumer name=\"a\" path=\"/a\" signature=\"[|x-magento-signature|]\"/>", "needs the attribute 'secret': signature=\"x-magento-signature\" is nothing without it" },
        { "DCL0006", "<consumer name=\"a\" path=\"/a\" signature=\"[|standard-webhooks|]\"/>", "needs the attribute 'secret'" },
        { "DCL0006", "<consumer name=\"a\" path=\"/a\" signature=\"[|adobe-io|]\" keys=\"Adobe:Keys\"/>", "needs the attribute 'client'" },
        { "DCL0006", "<consumer name=\"a\" path=\"/a\" signature=\"[|adobe-io|]\" client=\"Adobe:Client\"/>", "needs the attribute 'keys'" },
        { "DCL0006", $"<consumer {Consumer}><[|event|] name=\"a\"/></consumer>", "<event> needs the attribute 'handler', or a <split>" },
        { "DCL0006", $"<consumer {Consumer}><[|event|] handler=\"BackOffice.Products.Any\"/></consumer>", "needs the attribute 'name'" },
        { "DCL0006", $"<consumer {Consumer}><[|include|]/></consumer>", "needs the attribute 'catalog'" },
        { "DCL0006", Event("", "<[|split|] second=\"b\" created=\"A.B\" updated=\"A.C\"/>"), "needs the attribute 'first'" },
        { "DCL0006", Event(rest: "<[|loop|] key=\"a\"/>"), "needs the attribute 'fingerprint'" },
        { "DCL0006", Field("<[|field|] type=\"int\"/>"), "needs the attribute 'name'" },
        { "DCL0006", Field("<[|field|] name=\"a\"/>"), "needs the attribute 'type'" },
        { "DCL0006", Field("<[|field|] name=\"a\" type=\"enum\"/>"), "needs the attribute 'values': an enum is one of stated texts" },
        { "DCL0006", Input("<[|input|] type=\"int\" key=\"A:B\"/>"), "<input> needs the attribute 'name'" },
        { "DCL0006", Input("<[|input|] name=\"a\" key=\"A:B\"/>"), "<input> needs the attribute 'type'" },
        { "DCL0006", Input("<[|input|] name=\"a\" type=\"int\"/>"), "<input> needs the attribute 'key'" },
        { "DCL0006", Input("<input name=\"a\" type=\"int\" [|keys|]=\"A:B\"/>"), "<input> needs the attribute 'key'; did you mean it by 'keys'?" },
        { "DCL0007", Input("<input name=\"[|api-base|]\" type=\"int\" key=\"A:B\"/>"), "can't be an input's name: use letters, digits and '_' only, e.g. apiBase" },
        { "DCL0007", Input("<input name=\"[|1a|]\" type=\"int\" key=\"A:B\"/>"), "can't be an input's name" },
        { "DCL0007", Input("<input name=\"a\" type=\"int\" key=\"A:B\" default=\"[|many|]\"/>"), "'many' can't be an int: write a whole number, e.g. 30" },
        { "DCL0007", Input("<input name=\"a\" type=\"int\" key=\"A:B\" default=\"[|3000000000|]\"/>"), "can't be an int" },
        { "DCL0007", Input("<input name=\"a\" type=\"long\" key=\"A:B\" default=\"[|1.5|]\"/>"), "can't be a long" },
        { "DCL0007", Input("<input name=\"a\" type=\"decimal\" key=\"A:B\" default=\"[|1,5|]\"/>"), "can't be a decimal" },
        { "DCL0007", Input("<input name=\"a\" type=\"double\" key=\"A:B\" default=\"[|NaN|]\"/>"), "can't be a double" },
        { "DCL0007", Input("<input name=\"a\" type=\"bool\" key=\"A:B\" default=\"[|yes|]\"/>"), "can't be a bool: write true or false" },
        { "DCL0007", Input("<input name=\"a\" type=\"date\" key=\"A:B\" default=\"[|31.1.2026|]\"/>"), "can't be a date" },
        { "DCL0007", Input("<input name=\"a\" type=\"datetime\" key=\"A:B\" default=\"[|2026-01-31T10:00:00|]\"/>"), "can't be a datetime" },
        { "DCL0007", Input("<input name=\"a\" type=\"uuid\" key=\"A:B\" default=\"[|0|]\"/>"), "can't be a uuid" },
        { "DCL0007", Input("<input name=\"a\" type=\"int\" key=\"A:B\" required=\"[|yes|]\"/>"), "can't be a switch" },
        { "DCL0008", Event(rest: "<[|inputs|]/>"), "<inputs> needs an <input>" },
        { "DCL0008", Event(rest: "<inputs><[|imput|] name=\"a\" type=\"int\" key=\"A:B\"/></inputs>"), "did you mean it by <imput>?" },
        { "DCL0009", Event(rest: "<inputs><input name=\"a\" type=\"int\" key=\"A:B\"/></inputs><[|inputs|]><input name=\"b\" type=\"int\" key=\"A:B\"/></inputs>"), "<inputs> is stated twice here; the first counts" },
        { "DCL0045", Input("<input name=\"a\" type=\"int\" key=\"A:B\" [|nullable|]=\"true\"/>"), "The attribute 'nullable' of <input> is not known here" },
        { "DCL0045", Event(rest: "<[|inputz|]/>"), "did you mean 'inputs'?" },
        { "DCL0055", Input("<input name=\"a\" type=\"int\" key=\"A:B\" required=\"true\" [|default|]=\"1\"/>"), "default=\"…\" contradicts required=\"true\", with which the configuration must state the value; keep one of them" },
        { "DCL0056", Input("<input name=\"a\" type=\"string\" key=\"[|https://erp.example.com|]\"/>"), "The attribute 'key' of <input> holds something that is no key of the configuration and may be a secret" },
        { "DCL0057", Input("<input name=\"a\" type=\"[|imt|]\" key=\"A:B\"/>"), "There is no input type 'imt'; did you mean 'int'?" },
        { "DCL0057", Input("<input name=\"a\" type=\"[|list|]\" key=\"A:B\"/>"), "There is no input type 'list'" },
        { "DCL0061", Input("<input name=\"apiBase\" type=\"int\" key=\"A:B\"/><input name=\"[|apiBase|]\" type=\"int\" key=\"A:C\"/>"), "The inputs 'apiBase' and 'apiBase' would both become ApiBase; rename one of them" },
        { "DCL0061", Input("<input name=\"apiBase\" type=\"int\" key=\"A:B\"/><input name=\"[|api_base|]\" type=\"int\" key=\"A:C\"/>"), "The inputs 'apiBase' and 'api_base' would both become ApiBase; rename one of them" },
        { "DCL0062", $"<consumer {Consumer}><event name=\"a.b\" handler=\"BackOffice.Products.Any\"><inputs><input name=\"a\" type=\"int\" key=\"A:B\"/></inputs></event><event name=\"a.c\" handler=\"[|BackOffice.Products.Any|]\"><inputs><input name=\"b\" type=\"int\" key=\"A:B\"/></inputs></event></consumer>", "The inputs of 'a.c' can't become 'BackOffice.Products.AnyInputs': 'a.b' in etc/event_consumers.xml declares the inputs of this handler, which has one set of them for all its events; state them there" },
        { "DCL0062", Event("handler=\"[|BackOffice.Products.Ref|]\" payload=\"BackOffice.Products.ProductRef\"", "<inputs><input name=\"a\" type=\"int\" key=\"A:B\"/></inputs>"), "The inputs of 'a.b' can't become 'BackOffice.Products.RefInputs': there is such a class already; give it another name" },
        { "DCL0006", "<ingestion path=\"/a\" authentication=\"[|hmac|]\"/>", "<ingestion> needs the attribute 'secret': authentication=\"hmac\" is nothing without it" },
        { "DCL0006", "<ingestion path=\"/a\" authentication=\"[|bearer|]\"/>", "needs the attribute 'resource'" },
        { "DCL0006", "<[|ingestion|] path=\"/a\"/>", "needs the attribute 'authentication'" },
        { "DCL0006", "<[|ingestion|] authentication=\"none\" acknowledged=\"true\"/>", "needs the attribute 'path'" },
        { "DCL0007", "<consumer name=\"[|a b|]\"/>", "can't be a consumer's name" },
        { "DCL0007", "<consumer name=\"a\" path=\"[|consumers|]\" signature=\"none\" acknowledged=\"true\"/>", "can't be a path: write plain segments with '/' before each" },
        { "DCL0007", "<consumer name=\"a\" path=\"[|/a/{id}|]\" signature=\"none\" acknowledged=\"true\"/>", "can't be a path" },
        { "DCL0007", "<consumer name=\"a\" path=\"[|/a/:id|]\" signature=\"none\" acknowledged=\"true\"/>", "can't be a path" },
        { "DCL0007", "<consumer name=\"a\" path=\"[|/a/../b|]\" signature=\"none\" acknowledged=\"true\"/>", "can't be a path" },
        { "DCL0007", "<consumer name=\"a\" path=\"[|/|]\" signature=\"none\" acknowledged=\"true\"/>", "can't be a path" },
        { "DCL0007", "<consumer name=\"a\" path=\"/a\" signature=\"none\" acknowledged=\"true\" prefix=\"[|a.b|]\"/>", "can't be an application's event prefix" },
        { "DCL0007", "<consumer name=\"a\" path=\"/a\" signature=\"none\" prefix=\"a\" acknowledged=\"true\"><include catalog=\"stock-commerce\" handlers=\"[|A B|]\"/></consumer>", "can't be a handler's class" },
        { "DCL0007", $"<consumer {Consumer}><event name=\"[|a b|]\" handler=\"BackOffice.Products.Any\"/></consumer>", "can't be an event name" },
        { "DCL0007", Event("handler=\"[|A+B|]\""), "can't be a handler's class: write a full C# class name" },
        { "DCL0007", Event("handler=\"[|A.B&lt;C&gt;|]\""), "can't be a handler's class" },
        { "DCL0007", Event("handler=\"BackOffice.Products.Any\" payload=\"[|a b|]\""), "can't be a class name" },
        { "DCL0007", Event("", "<split first=\"[|a,b|]\" second=\"b\" created=\"A.B\" updated=\"A.C\"/>"), "can't be a field" },
        { "DCL0007", Event("", "<split first=\"a\" second=\"b\" created=\"[|A B|]\" updated=\"A.C\"/>"), "can't be a handler's class" },
        { "DCL0007", Event(rest: "<loop key=\"a\" fingerprint=\"[|a,,b|]\"/>"), "can't be a list of fields" },
        { "DCL0007", Event(rest: "<loop key=\"a\" fingerprint=\"b\" ttl=\"[|0|]\"/>"), "whole seconds from 1 to 86400" },
        { "DCL0007", Event(rest: "<loop key=\"a\" fingerprint=\"b\" ttl=\"[|86401|]\"/>"), "whole seconds from 1 to 86400" },
        { "DCL0007", Event("handler=\"BackOffice.Fitting\"", "<payload type=\"[|array|]\"><field name=\"a\" type=\"int\"/></payload>"), "write object or list" },
        { "DCL0007", Event("handler=\"BackOffice.Fitting\"", "<payload additionalFields=\"[|no|]\"><field name=\"a\" type=\"int\"/></payload>"), "write true or false" },
        { "DCL0007", Field("<field name=\"[||]\" type=\"int\"/><field name=\"b\" type=\"int\"/>"), "can't be a field's name" },
        { "DCL0007", Field("<field name=\"[|a&#9;b|]\" type=\"int\"/>"), "can't be a field's name" },
        { "DCL0007", Field("<field name=\"a\" type=\"int\" required=\"[|yes|]\"/>"), "write true or false" },
        { "DCL0007", Field("<field name=\"a\" type=\"string\" maxLength=\"[|-1|]\"/>"), "can't be a length" },
        { "DCL0007", Field("<field name=\"a\" type=\"decimal\" minimum=\"[|1,5|]\"/>"), "can't be a number" },
        { "DCL0007", "<ingestion path=\"[|/a?b|]\" authentication=\"none\" acknowledged=\"true\"/>", "can't be a path" },
        { "DCL0007", "<ingestion path=\"/a\" authentication=\"hmac\" secret=\"A:B\" header=\"[|x signature|]\"/>", "can't be a header's name" },
        { "DCL0007", "<ingestion path=\"/a\" authentication=\"bearer\" resource=\"[|orders|]\"/>", "can't be a resource id" },
        { "DCL0007", "<ingestion path=\"/a\" authentication=\"[|A..B|]\"/>", "can't be a class name" },
        { "DCL0008", Event("handler=\"BackOffice.Fitting\"", "<[|payload|]/>"), "<payload> needs a <field>" },
        { "DCL0008", Field("<[|field|] name=\"a\" type=\"object\"/>"), "<field> needs a <field>: an object holds fields" },
        { "DCL0008", Field("<[|field|] name=\"a\" type=\"list\"/>"), "<field> needs of=\"…\" or a <field>: a list says what it holds" },
        { "DCL0009", Event("handler=\"BackOffice.Fitting\"", "<payload><field name=\"a\" type=\"int\"/></payload><[|payload|]><field name=\"b\" type=\"int\"/></payload>"), "<payload> is stated twice here; the first counts" },
        { "DCL0009", Event(rest: "<loop key=\"a\" fingerprint=\"b\"/><[|loop|] key=\"a\" fingerprint=\"b\"/>"), "<loop> is stated twice" },
        { "DCL0011", Event(name: "[|Observer.A|]"), "write 'observer.a'" },
        { "DCL0013", Event("handler=\"BackOffice.Products.Ref\" payload=\"[|BackOffice.Products.ProductReff|]\""), "did you mean 'BackOffice.Products.ProductRef'?" },
        { "DCL0013", "<ingestion path=\"/a\" authentication=\"[|BackOffice.Guards|]\"/>", "There is no type 'BackOffice.Guards'" },
        { "DCL0013", Event("handler=\"[|BackOffice.Products.Holder.Hiden|]\"", "<payload><field name=\"a\" type=\"int\"/></payload>"), "There is no type 'BackOffice.Products.Holder.Hiden'" },
        { "DCL0016", Event("handler=\"BackOffice.Products.Any\" payload=\"[|System.Action|]\""), "The parameter 'payload' of 'BackOffice.Products.Any' can't be carried: 'System.Action' is a delegate" },
        { "DCL0019", Event("handler=\"[|BackOffice.Products.Holder.Hidden|]\""), "not visible to this assembly" },
        { "DCL0019", Event("payload=\"[|BackOffice.Products.Holder.Hidden|]\"", "<split first=\"a\" second=\"b\" created=\"BackOffice.Products.Any\" updated=\"BackOffice.Products.Ref\"/>"), "not visible to this assembly" },
        { "DCL0026", "<ingestion path=\"/a\" authentication=\"bearer\" resource=\"[|BackOffice_Erp::nowhere|]\"/>", "The resource 'BackOffice_Erp::nowhere', which the ingestion '/a' needs, is declared by no module known here" },
        { "DCL0030", Field("<field name=\"created_at\" type=\"datetime\"/>", "<loop key=\"[|creatd_at|]\" fingerprint=\"created_at\"/>"), "'creatd_at' is no field of 'a.b'; did you mean 'created_at'?" },
        { "DCL0030", Field("<field name=\"sku\" type=\"string\"/>", "<loop key=\"sku\" fingerprint=\"sku, [|description|]\"/>"), "'description' is no field of 'a.b'; known here: sku" },
        { "DCL0030", Field("<field name=\"a\" type=\"object\"><field name=\"text\" type=\"string\"/></field>", "<loop key=\"a.text\" fingerprint=\"[|a.txt|]\"/>"), "did you mean 'text'?" },
        { "DCL0030", Field("<field name=\"a\" type=\"list\"><field name=\"text\" type=\"string\"/></field>", "<loop key=\"a\" fingerprint=\"[|a.text|]\"/>"), "nothing may stand here" },
        { "DCL0030", Event("", "<split first=\"a\" second=\"[|b|]\" created=\"BackOffice.Fitting\" updated=\"BackOffice.Other\"/><payload><field name=\"a\" type=\"int\"/></payload>"), "'b' is no field of 'a.b'" },
        { "DCL0040", Event("handler=\"[|BackOffice.Products.Nothing|]\""), "'BackOffice.Products.Nothing' can't be an event's handler: it doesn't implement IEventHandler<System.Text.Json.JsonElement>" },
        { "DCL0040", Event("handler=\"[|BackOffice.Products.Unfinished|]\""), "it is abstract" },
        { "DCL0040", Event("handler=\"[|BackOffice.Products.Closed|]\""), "it has no public constructor" },
        { "DCL0040", Event("handler=\"[|BackOffice.Products.Static|]\""), "it is static" },
        { "DCL0040", Event("handler=\"[|BackOffice.Products.IContract|]\""), "it is no class" },
        { "DCL0040", "<ingestion path=\"/a\" authentication=\"[|BackOffice.Products.Nothing|]\"/>", "'BackOffice.Products.Nothing' can't be an authenticator: it doesn't implement Declarative.Consumers.IIngestionAuthenticator" },
        { "DCL0040", "<ingestion path=\"/a\" authentication=\"[|BackOffice\\Products\\Guard|]\"/>", "it is abstract" },
        { "DCL0045", "<[|consumers|] name=\"a\"/>", "The element <consumers> in <config> is not known here; did you mean 'consumer'?" },
        { "DCL0045", Event("handler=\"BackOffice.Products.Any\" [|retry|]=\"1\""), "The attribute 'retry' of <event> is not known here; known here: name, handler, payload" },
        { "DCL0045", Field("<field name=\"a\" type=\"int\" [|requird|]=\"true\"/>"), "did you mean 'required'?" },
        { "DCL0045", Event(rest: "<[|fields|]/>"), "The element <fields> in <event>" },
        { "DCL0052", Event("handler=\"[|BackOffice.Missing|]\""), "There is no class 'BackOffice.Missing' yet, so 'a.b' is answered with 501; the class to write stands in etc_event_consumers.xml." },
        { "DCL0052", Event("handler=\"[|BackOffice.Products.OfTxt|]\""), "; or did you mean 'BackOffice.Products.OfText'?" },
        { "DCL0053", Event("handler=\"[|BackOffice.Products.OfText|]\""), "'BackOffice.Products.OfText' handles 'string', but the event carries 'System.Text.Json.JsonElement'; implement IEventHandler<System.Text.Json.JsonElement>" },
        { "DCL0053", Event("handler=\"[|BackOffice.Products.Any|]\"", "<payload><field name=\"a\" type=\"int\"/></payload>"), "handles 'System.Text.Json.JsonElement', but the event carries 'BackOffice.Products.AnyPayload'; implement IEventHandler<BackOffice.Products.AnyPayload>" },
        { "DCL0053", Event("handler=\"[|BackOffice.Products.Any|]\"", "<payload type=\"list\"><field name=\"a\" type=\"int\"/></payload>"), "carries 'IReadOnlyList<BackOffice.Products.AnyPayload>'" },
        { "DCL0053", Event("handler=\"[|BackOffice.Fitting|]\"", "<payload type=\"list\"><field name=\"a\" type=\"int\"/></payload>"), "'BackOffice.Fitting' handles 'FittingPayload', but the event carries 'IReadOnlyList<BackOffice.FittingPayload>'" },
        { "DCL0053", Event("handler=\"[|BackOffice.Products.Any|]\" payload=\"BackOffice.Products.ProductRef\""), "carries 'BackOffice.Products.ProductRef'" },
        { "DCL0054", $"<consumer {Consumer}><event name=\"a\" handler=\"BackOffice.Products.Any\"/><event name=\"[|com.adobe.commerce.a|]\" handler=\"BackOffice.Products.Any\"/></consumer>", "The consumer 'products' takes the event 'a' in etc/event_consumers.xml(2," },
        { "DCL0054", $"<consumer {Consumer}><event name=\"a\" handler=\"BackOffice.Products.Any\"/><event name=\"[|observer.a|]\" handler=\"BackOffice.Products.Any\"/></consumer>", "The consumer 'products' takes the event 'observer.a' as 'a' in etc/event_consumers.xml(2," },
        { "DCL0055", "<consumer name=\"a\" path=\"/a\" signature=\"none\" acknowledged=\"true\"/><consumer name=\"A\" path=\"[|/b|]\"/>", "path=\"/b\" of the consumer 'a' contradicts path=\"/a\" in etc/event_consumers.xml(2,28); keep one of them" },
        { "DCL0055", "<consumer name=\"a\" path=\"/a\" signature=\"standard-webhooks\" secret=\"A:B\"/><consumer name=\"a\" secret=\"[|A:C|]\"/>", "secret=\"A:C\" of the consumer 'a' contradicts secret=\"A:B\"" },
        { "DCL0055", Event("[|handler|]=\"BackOffice.Products.Any\"", "<split first=\"a\" second=\"b\" created=\"BackOffice.Products.Any\" updated=\"BackOffice.Products.Any\"/>"), "contradicts <split>, which names a handler for each part" },
        { "DCL0055", Event("handler=\"BackOffice.Fitting\" [|payload|]=\"BackOffice.Products.ProductRef\"", "<payload><field name=\"a\" type=\"int\"/></payload>"), "payload=\"…\" contradicts <payload>" },
        { "DCL0055", Event("handler=\"BackOffice.Products.List\"", "<payload type=\"list\"><field name=\"a\" type=\"int\"/></payload><[|loop|] key=\"a\" fingerprint=\"a\"/>"), "<loop> contradicts <payload type=\"list\">" },
        { "DCL0057", "<consumer name=\"a\" path=\"/a\" signature=\"[|x-magento-signatur|]\"/>", "There is no signature 'x-magento-signatur'; did you mean 'x-magento-signature'?" },
        { "DCL0057", "<consumer name=\"a\" path=\"/a\" signature=\"[|rsa|]\"/>", "known here: x-magento-signature, standard-webhooks, adobe-io, none" },
        { "DCL0057", "<ingestion path=\"/a\" authentication=\"[|basic|]\"/>", "There is no authentication 'basic'; known here: none, hmac, bearer, or the full name of an IIngestionAuthenticator" },
        { "DCL0057", $"<consumer {Consumer}><include catalog=\"[|product-bakoffice|]\"/></consumer>", "There is no catalogue 'product-bakoffice'; did you mean 'product-backoffice'?" },
        { "DCL0057", Field("<field name=\"a\" type=\"[|strnig|]\"/>"), "There is no field type 'strnig'; did you mean 'string'?" },
        { "DCL0057", Field("<field name=\"a\" type=\"list\" of=\"[|enum|]\"/>"), "There is no type of a list's elements 'enum'" },
        { "DCL0058", "<consumer name=\"a\" path=\"/a\" signature=\"[|none|]\"/>", "With signature=\"none\" anybody who reaches '/a' can send events; check who sends, or write acknowledged=\"true\" if that is meant" },
        { "DCL0058", "<consumer name=\"a\" path=\"/a\" signature=\"[|none|]\" acknowledged=\"false\"/>", "acknowledged=\"true\"" },
        { "DCL0058", "<ingestion path=\"/a\" authentication=\"[|none|]\"/>", "With authentication=\"none\" anybody who reaches '/a'" },
        { "DCL0059", "<consumer name=\"a\" path=\"/a\" signature=\"none\" acknowledged=\"true\"/><consumer name=\"b\" path=\"[|/A/|]\" signature=\"none\" acknowledged=\"true\"/>", "The consumer 'b' can't have the path '/A/': the consumer 'a' in etc/event_consumers.xml has it" },
        { "DCL0059", "<consumer name=\"a\" path=\"/a\" signature=\"none\" acknowledged=\"true\"/><ingestion path=\"[|/a|]\" authentication=\"none\" acknowledged=\"true\"/>", "The ingestion can't have the path '/a'" },
        { "DCL0059", "<ingestion path=\"/a\" authentication=\"none\" acknowledged=\"true\"/><ingestion path=\"[|/a|]\" authentication=\"none\" acknowledged=\"true\"/>", "the ingestion in etc/event_consumers.xml has it" },
        { "DCL0059", "<consumer name=\"a\" path=\"[|/rest|]\" signature=\"none\" acknowledged=\"true\"/>", "the declared routes lie under /rest" },
        { "DCL0059", "<ingestion path=\"[|/REST/V1/a|]\" authentication=\"none\" acknowledged=\"true\"/>", "the declared routes lie under /rest" },
        { "DCL0059", "<consumer name=\"a\" path=\"[|/oauth/token/request|]\" signature=\"none\" acknowledged=\"true\"/>", "The consumer 'a' can't have the path '/oauth/token/request': integrations fetch their tokens there" },
        { "DCL0059", "<ingestion path=\"[|/OAuth/token/access/|]\" authentication=\"none\" acknowledged=\"true\"/>", "integrations fetch their tokens there" },
        { "DCL0060", Field("<field name=\"a\" type=\"string\" minLength=\"[|5|]\" maxLength=\"4\"/>"), "minLength=\"5\" makes no sense on the field 'a': it is more than maxLength=\"4\"" },
        { "DCL0060", Field("<field name=\"a\" type=\"decimal\" minimum=\"[|0.5|]\" maximum=\"-1\"/>"), "it is more than maximum=\"-1\"" },
        { "DCL0060", Field("<field name=\"a\" type=\"int\" maximum=\"[|2147483648|]\"/>"), "an int is never so great" },
        { "DCL0060", Field("<field name=\"a\" type=\"long\" minimum=\"[|-9223372036854775809|]\"/>"), "a long is never so small" },
        { "DCL0060", Field("<field name=\"a\" type=\"string\" minimum=\"[|1|]\"/>"), "it belongs to a number, and this is a string" },
        { "DCL0060", Field("<field name=\"a\" type=\"int\" maxLength=\"[|1|]\"/>"), "it belongs to a string or a list, and this is an int" },
        { "DCL0060", Field("<field name=\"a\" type=\"bool\" pattern=\"[|a|]\"/>"), "it belongs to a string" },
        { "DCL0060", Field("<field name=\"a\" type=\"string\" values=\"[|a,b|]\"/>"), "it belongs to an enum" },
        { "DCL0060", Field("<field name=\"a\" type=\"string\" of=\"[|int|]\"/>"), "it belongs to a list" },
        { "DCL0060", Field("<field name=\"a\" type=\"list\" of=\"int\" additionalFields=\"[|false|]\"/>"), "it belongs to an object, or a list of objects" },
        { "DCL0060", Field("<field name=\"a\" type=\"enum\" values=\"[| , |]\"/>"), "it names no text" },
        { "DCL0060", Field("<field name=\"a\" type=\"[|string|]\"><field name=\"b\" type=\"int\"/></field>"), "a string holds no fields; write type=\"object\" or type=\"list\"" },
        { "DCL0060", Field("<field name=\"a\" type=\"list\" of=\"[|int|]\"><field name=\"b\" type=\"int\"/></field>"), "a list holds either that or the objects whose fields stand in it" },
        { "DCL0060", Field("<field name=\"a\" type=\"string\" pattern=\"[|(a|]\"/>"), "it is no regular expression" },
        { "DCL0060", Field("<field name=\"a\" type=\"string\" pattern=\"[|a(?=b)|]\"/>"), "looking ahead or back" },
        { "DCL0060", Field("<field name=\"a\" type=\"string\" pattern=\"[|(?&lt;!a)b|]\"/>"), "looking ahead or back" },
        { "DCL0060", Field("<field name=\"a\" type=\"string\" pattern=\"[|(a)\\1|]\"/>"), "a back-reference" },
        { "DCL0060", Field("<field name=\"a\" type=\"string\" pattern=\"[|(?&lt;n&gt;a)\\k&lt;n&gt;|]\"/>"), "a back-reference" },
        { "DCL0060", Field("<field name=\"a\" type=\"string\" pattern=\"[|(?&gt;a)|]\"/>"), "an atomic group" },
        { "DCL0060", Field("<field name=\"a\" type=\"string\" pattern=\"[|(a)(?(1)b|c)|]\"/>"), "a condition" },
        { "DCL0060", Field("<field name=\"a\" type=\"string\" pattern=\"[|(?&lt;o&gt;a)(?&lt;-o&gt;b)|]\"/>"), "a balancing group" },
        { "DCL0061", Field("<field name=\"created_at\" type=\"int\"/><field name=\"[|createdAt|]\" type=\"int\"/>"), "The fields 'created_at' and 'createdAt' would both become CreatedAt; rename one of them" },
        { "DCL0061", Field("<field name=\"a\" type=\"int\"/><field name=\"[|a|]\" type=\"int\"/>"), "The fields 'a' and 'a' would both become A" },
        { "DCL0061", Field("<field name=\"a\" type=\"object\"><field name=\"b\" type=\"int\"/></field><field name=\"[|a_object|]\" type=\"int\"/>"), "would both become AObject" },
        { "DCL0061", Field("<field name=\"a\" type=\"enum\" values=\"in-transit,[|in_transit|]\"/>"), "The values 'in-transit' and 'in_transit' would both become InTransit" },
        { "DCL0062", Event("handler=\"[|BackOffice.Products.Taken|]\"", "<payload><field name=\"a\" type=\"int\"/></payload>"), "The payload of 'a.b' can't become 'BackOffice.Products.TakenPayload': there is such a class already; name it as payload=\"BackOffice.Products.TakenPayload\"" },
        { "DCL0062", $"<consumer {Consumer}><event name=\"a\" handler=\"BackOffice.Fitting\"><payload><field name=\"a\" type=\"int\"/></payload></event><event name=\"b\" handler=\"[|BackOffice.Fitting|]\"><payload><field name=\"a\" type=\"int\"/></payload></event></consumer>", "The payload of 'b' can't become 'BackOffice.FittingPayload': 'a' in etc/event_consumers.xml has a payload of that name" },
    };

    private static TestProject Project() => ConsumerTests.BackOffice().Xml("etc/module.xml", """<config><module name="BackOffice_Erp"/></config>""").Source(Classes)
        .Source("namespace BackOffice { public sealed class Loose : Declarative.Consumers.IEventHandler<object> { public Task<Declarative.Consumers.EventResult> HandleAsync(object payload, Declarative.Consumers.EventContext context, CancellationToken cancellationToken) => throw new NotSupportedException(); } }");

    [Theory]
    [MemberData(nameof(Consumers))]
    public void A_mistake_in_event_consumers_xml_is_reported_at_its_place(string id, string marked, string message)
    {
        var file = Marked.Parse($"<config>\n  {marked}\n</config>");
        var project = Project().Xml("etc/event_consumers.xml", file.Text);
        if (marked.Contains("BackOffice.Fitting", StringComparison.Ordinal))
            project.Source(ConsumerTests.HandlerOf("Fitting", marked.Contains("<field", StringComparison.Ordinal) ? "FittingPayload" : "object", "BackOffice"));
        if (marked.Contains("BackOffice.Other", StringComparison.Ordinal))
            project.Source(ConsumerTests.HandlerOf("Other", "OtherPayload", "BackOffice"));
        if (marked.Contains("BackOffice.Products.List", StringComparison.Ordinal))
            project.Source(ConsumerTests.HandlerOf("List", "IEnumerable<ListPayload>"));
        var run = project.Run();

        var diagnostic = file.ShouldBeTheOnly(id, run.Diagnostics.Where(diagnostic => diagnostic.Id != "DCL0052" || id == "DCL0052"));
        diagnostic.GetMessage().ShouldContain(message);
        diagnostic.Location.GetLineSpan().Path.ShouldBe("/src/shop/etc/event_consumers.xml");
        run.CompileErrors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("<consumer name=\"a\" path=\"/a\" signature=\"standard-webhooks\" secret=\"[|{0}|]\"/>", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "Erp:WebhookSecret")]
    [InlineData("<consumer name=\"a\" path=\"/a\" signature=\"standard-webhooks\" secret=\"[|{0}|]\"/>", "Erp:whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "Erp:WebhookSecret")]
    [InlineData("<consumer name=\"a\" path=\"/a\" signature=\"x-magento-signature\" secret=\"[|{0}|]\"/>", "hunter2", "Erp:WebhookSecret")]
    [InlineData("<consumer name=\"a\" path=\"/a\" signature=\"x-magento-signature\" secret=\"[|{0}|]\"/>", "user:1f3870be274f6c49b3e31a0c6728957f", "Erp:WebhookSecret")]
    [InlineData("<consumer name=\"a\" path=\"/a\" signature=\"adobe-io\" client=\"A:B\" keys=\"[|{0}|]\"/>", "-----BEGIN PUBLIC KEY-----MIIBIjANBg==", "AdobeIo:PublicKeys")]
    [InlineData("<consumer name=\"a\" path=\"/a\" signature=\"adobe-io\" keys=\"A:B\" client=\"[|{0}|]\"/>", "b2f1a7c0d9e84f6ab2f1a7c0d9e84f6a", "AdobeIo:ClientId")]
    [InlineData("<consumer name=\"a\" path=\"/a\" signature=\"standard-webhooks\" secret=\"A:B\"><event name=\"a.b\" handler=\"BackOffice.Products.Any\"><inputs><input name=\"a\" type=\"string\" key=\"[|{0}|]\"/></inputs></event></consumer>", "hunter2", "BackOffice:ErpUrl")]
    [InlineData("<ingestion path=\"/a\" authentication=\"hmac\" secret=\"[|{0}|]\"/>", "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IQ==", "Erp:IngestionSecret")]
    public void A_secret_in_the_XML_is_refused_and_never_repeated(string marked, string secret, string example)
    {
        var file = Marked.Parse($"<config>\n  {marked.Replace("{0}", secret, StringComparison.Ordinal)}\n</config>");
        var run = Project().Xml("etc/event_consumers.xml", file.Text).Run();

        var diagnostic = file.ShouldBeTheOnly("DCL0056", run.Diagnostics);
        diagnostic.GetMessage().ShouldContain($"write its key, e.g. {example}");
        diagnostic.GetMessage().ShouldNotContain(secret);
        run.AllSource.ShouldNotContain(secret);
    }

    public static TheoryData<string> Sound =>
    [
        "<consumer name=\"a\" path=\"/a/b.c/~d\" signature=\"standard-webhooks\" secret=\"Erp:Web-hook_1:Secret\"/>",
        "<consumer name=\"a\" path=\"/a\" signature=\"adobe-io\" keys=\"Adobe:Keys\" client=\"Adobe:Client\" prefix=\"acme_1\"/>",
        "<consumer name=\"a\" path=\"/a\" signature=\"none\" acknowledged=\"true\"/>",
        "<consumer name=\"a\" path=\"/oauth/token\" signature=\"none\" acknowledged=\"true\"/>",
        "<consumer name=\"a\" path=\"/restaurant\" signature=\"none\" acknowledged=\"true\"/>",
        "<consumer name=\"a\"/>",
        "<consumer name=\"a\" path=\"/a\" signature=\"standard-webhooks\"/><consumer name=\"A\" path=\"/A/\" secret=\"A:B\"/>",
        Event(rest: "<loop key=\"anything.at.all\" fingerprint=\"a, b.c\" group=\"x\" ttl=\"86400\"/>"),
        Event("", "<split first=\"created_at\" second=\"updated_at\" created=\"BackOffice.Products.Any\" updated=\"BackOffice.Products.Any\"/>", "observer.x"),
        Event("handler=\"BackOffice.Products.Ref\" payload=\"BackOffice\\Products\\ProductRef\""),
        Event("handler=\"BackOffice.Loose\"", "<payload type=\"object\" additionalFields=\"true\"><field name=\"a\" type=\"string\" pattern=\"^[(?=\\]a-z]+\\(\\?=$|(?&lt;name&gt;b)|(?:c)|(?i)\\d\"/></payload>"),
        Event("handler=\"BackOffice.Loose\"", "<payload><field name=\"a\" type=\"int\" minimum=\"-2147483648\" maximum=\"2147483647\"/><field name=\"b\" type=\"list\" of=\"uuid\" minLength=\"2\" maxLength=\"2\"/><field name=\"c\" type=\"double\" minimum=\"1\" maximum=\"1\"/></payload>"),
        "<ingestion path=\"/a\" authentication=\"hmac\" secret=\"A:B\"/><ingestion path=\"/b\" authentication=\"bearer\" resource=\"Other_Module::a\"/>",
    ];

    [Theory]
    [MemberData(nameof(Sound))]
    public void What_works_is_not_reported(string consumers)
    {
        var run = Project().Consumers(consumers).Run();
        run.Diagnostics.ShouldBeEmpty();
        run.Compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).ShouldBeEmpty();
    }

    [Fact]
    public void Two_handlers_in_two_files_are_reported_with_both_places()
    {
        var file = Marked.Parse("<config>\n<consumer name=\"Products\">\n  <event name=\"[|a|]\" handler=\"BackOffice.Products.Any\"/>\n</consumer></config>");
        var run = Project().Consumers(Event(name: "a")).Xml("etc/z/event_consumers.xml", file.Text).Run();

        var diagnostic = file.ShouldBeTheOnly("DCL0054", run.Diagnostics);
        diagnostic.GetMessage().ShouldBe("The consumer 'products' takes the event 'a' in etc/event_consumers.xml(2,125) already; an event has one handler, so remove one of them");
        diagnostic.Location.GetLineSpan().Path.ShouldBe("/src/shop/etc/z/event_consumers.xml");
    }

    [Theory]
    [InlineData("a")]
    [InlineData("observer.a")]
    public void One_event_with_a_payload_in_two_files_is_one_mistake(string second)
    {
        static string File(string name) => $"<config><consumer name=\"products\"><event name=\"{name}\" handler=\"BackOffice.A\"><payload><field name=\"a\" type=\"int\"/></payload></event></consumer></config>";
        var run = Project().Xml("etc/a/event_consumers.xml", File("a")).Xml("etc/b/event_consumers.xml", File(second)).Source(ConsumerTests.HandlerOf("A", "APayload", "BackOffice")).Run();
        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0054");
        run.CompileErrors.ShouldBeEmpty();
    }

    [Fact]
    public void Consumers_before_a_syntax_error_still_count_with_their_whole_events()
    {
        var run = Project().Xml("etc/event_consumers.xml", $"<config><consumer {Consumer}><event name=\"a\" handler=\"BackOffice.Products.Any\"/><event name=\"half\" handler=\"BackOffice.Products.Any\"><payload").Run();
        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0001");
        run.AllSource.ShouldContain("\"products\", \"a\"");
        run.AllSource.ShouldNotContain("half");
    }

    [Theory]
    [InlineData("class Odd : Nowhere", "Nowhere")]
    [InlineData("class Odd : Middle; public class Middle : Nowhere<int>", "Nowhere<int>")]
    [InlineData("class Odd : Nothing, INowhere; public class Nothing", "INowhere")]
    public void A_handler_with_an_unknown_base_is_reported_and_keeps_its_stub(string declared, string unknown)
    {
        var file = Marked.Parse($"<config>\n  {Event("handler=\"[|BackOffice.Odd|]\"")}\n</config>");
        var run = Project().Xml("etc/event_consumers.xml", file.Text).Source($"namespace BackOffice; public {declared};").Run();

        var diagnostic = file.ShouldBeTheOnly("DCL0053", run.Diagnostics);
        diagnostic.GetMessage().ShouldBe($"'BackOffice.Odd' has the base '{unknown}', which is not known here, so that it can't be told what it handles; the event carries 'System.Text.Json.JsonElement'; implement IEventHandler<System.Text.Json.JsonElement> on the class itself");
        diagnostic.Location.GetLineSpan().Path.ShouldBe("/src/shop/etc/event_consumers.xml");
        run.AllSource.ShouldContain("module.AddHandlerStub<global::System.Text.Json.JsonElement>(new(\"products\", \"a.b\", \"BackOffice.Odd\", File));");
    }

    [Fact]
    public void A_handler_with_an_unknown_base_fits_by_what_it_says_itself()
    {
        var run = Project().Consumers(Event("handler=\"BackOffice.Odd\"")).Source("namespace BackOffice; public class Odd : Nowhere, Declarative.Consumers.IEventHandler<System.Text.Json.JsonElement> { public Task<Declarative.Consumers.EventResult> HandleAsync(System.Text.Json.JsonElement payload, Declarative.Consumers.EventContext context, CancellationToken cancellationToken) => throw new NotSupportedException(); }").Run();
        run.Diagnostics.ShouldBeEmpty();
        run.AllSource.ShouldContain("module.AddEventHandler<global::BackOffice.Odd, ");
    }

    [Fact]
    public void A_host_reports_what_the_sum_of_its_references_shows()
    {
        static GeneratorRun Module(string name, string consumers) => new TestProject { AssemblyName = name }.Consumers(consumers).Run().ShouldBuild();
        var one = Module("Shop.One", "<consumer name=\"a\" path=\"/in\" signature=\"none\" acknowledged=\"true\"/><consumer name=\"half\"/>");
        var two = Module("Shop.Two", "<ingestion path=\"/in/\" authentication=\"none\" acknowledged=\"true\"/>");
        var three = Module("Shop.Three", "<consumer name=\"A\" path=\"/moved\" signature=\"none\" acknowledged=\"true\"/>");

        var library = new TestProject { AssemblyName = "Shop.Library" }.References(one).References(two).Run();
        var host = new TestProject { AssemblyName = "Shop.Host", OutputKind = OutputKind.ConsoleApplication }.References(one).References(two).Source("return;").Run();
        var moved = new TestProject { AssemblyName = "Shop.Host", OutputKind = OutputKind.ConsoleApplication }.References(one).References(two).References(three).Consumers("<consumer name=\"Half\" path=\"/half\" signature=\"none\" acknowledged=\"true\"/>").Source("return;").Run();

        library.Diagnostics.ShouldBeEmpty();
        host.Diagnostics.ShouldAllBe(diagnostic => diagnostic.Location == Location.None);
        host.Diagnostics.Select(diagnostic => $"{diagnostic.Id} {diagnostic.GetMessage()}").ShouldBe(
            [
                "DCL0059 The ingestion of the module Shop_Two (assembly Shop.Two, etc/event_consumers.xml) can't have the path '/in/': the consumer 'a' in the module Shop_One (assembly Shop.One, etc/event_consumers.xml) has it",
                "DCL0063 The consumer 'half' of the module Shop_One (assembly Shop.One, etc/event_consumers.xml) has no path in any module known here",
            ],
            ignoreOrder: true);
        moved.Diagnostics.ShouldBeEmpty("a later module moves the first consumer, and completes the other");
    }

    [Fact]
    public void A_host_reports_its_own_incomplete_consumer_and_a_reference_that_has_its_path_at_their_places()
    {
        var file = Marked.Parse("<config><consumer name=\"[|half|]\"/></config>");
        var host = new TestProject { AssemblyName = "Shop.Host", OutputKind = OutputKind.ConsoleApplication }.Source("return;").Xml("etc/event_consumers.xml", file.Text).Run();
        file.ShouldBeTheOnly("DCL0063", host.Diagnostics).GetMessage().ShouldBe("The consumer 'half' has no path in any module known here");

        var other = new TestProject { AssemblyName = "Shop.One" }.Consumers("<ingestion path=\"/in\" authentication=\"none\" acknowledged=\"true\"/>").Run();
        var clash = Marked.Parse("<config><consumer name=\"a\" path=\"[|/in|]\" signature=\"none\" acknowledged=\"true\"/></config>");
        var library = new TestProject { AssemblyName = "Shop.Library" }.References(other).Xml("etc/event_consumers.xml", clash.Text).Run();
        clash.ShouldBeTheOnly("DCL0059", library.Diagnostics).GetMessage().ShouldContain("the ingestion in the module Shop_One (assembly Shop.One, etc/event_consumers.xml) has it");
    }

    [Fact]
    public void An_unknown_catalogue_of_async_events_is_reported()
    {
        var file = Marked.Parse("<config><include catalog=\"[|common-sale|]\"/></config>");
        file.ShouldBeTheOnly("DCL0057", new TestProject().Xml("etc/async_events.xml", file.Text).Run().Diagnostics).GetMessage().ShouldBe("There is no catalogue 'common-sale'; did you mean 'common-sales'?");
    }
}
