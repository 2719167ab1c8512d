%% The Erlang side of the benchmarks: one program that serves rounds, like host.ts does for Node.
%%
%% It is started as `erl -noshell -run bench_main`, reads lines and answers each with one:
%%
%%     setup MODULE FUNCTION OPTIONS    @ready                 OPTIONS: key=integer, with commas
%%     round                            @{"checksum":N,"values":{"key":F}}
%%     close                            @closed
%%
%% The end of the input ends the program.
%%
%% MODULE:FUNCTION(Options) sets up and returns a fun of no arguments that plays one round and
%% returns `{Checksum, [{Key, Value}]}`. Rounds time themselves with the monotonic clock; whole
%% programs return a bare checksum, and the round is timed here, in ms. A round leaves no message
%% behind: the next ones would have to pass it in every receive.
-module(bench_main).
-export([start/0, seconds/1, quantile/2, masked_sum/1, on/2, on/3]).

%% Served by a process that does not trap exits, as the one that `-run` gives does: there the ends
%% of linked processes would pile up as messages, and every receive would have to pass them.
start() ->
    {_, Monitor} = spawn_monitor(fun() -> serve(none) end),
    receive
        {'DOWN', Monitor, process, _, Reason} ->
            io:format("failed: ~p~n", [Reason]),
            halt(1)
    end.

serve(Round) ->
    case request() of
        ["setup", Module, Function, Text] ->
            Options = maps:from_list([option(Pair) || Pair <- string:lexemes(Text, ",")]),
            New = apply(list_to_atom(Module), list_to_atom(Function), [Options]),
            io:put_chars("@ready\n"),
            serve(New);
        ["round"] ->
            {Checksum, Values} = timed(Round),
            {message_queue_len, 0} = process_info(self(), message_queue_len),
            Shown = [io_lib:format("\"~s\":~.6f", [Key, float(Value)]) || {Key, Value} <- Values],
            io:format("@{\"checksum\":~b,\"values\":{~s}}~n", [Checksum, lists:join(",", Shown)]),
            serve(Round);
        ["close"] ->
            io:put_chars("@closed\n"),
            serve(none);
        [] ->
            halt(0)
    end.

request() ->
    case io:get_line("") of
        eof -> [];
        Line -> string:lexemes(string:trim(Line), " ")
    end.

option(Pair) ->
    [Key, Value] = string:lexemes(Pair, "="),
    {list_to_atom(Key), list_to_integer(Value)}.

timed(Round) ->
    case seconds(Round) of
        {_, {Checksum, Values}} -> {Checksum, Values};
        {Seconds, Checksum} -> {Checksum, [{"ms", Seconds * 1000}]}
    end.

%% Seconds that a fun takes, with what it returned.
seconds(Fun) ->
    Start = erlang:monotonic_time(nanosecond),
    Result = Fun(),
    {(erlang:monotonic_time(nanosecond) - Start) / 1.0e9, Result}.

%% The smallest value that at least Share of a sorted list reaches; the same rule as statistics.ts.
quantile(Sorted, Share) ->
    Count = length(Sorted),
    lists:nth(max(1, min(Count, ceil(Count * Share))), Sorted).

%% What 0 band 7 + 1 band 7 + ... adds up to over Count messages.
masked_sum(Count) ->
    Rest = Count rem 8,
    (Count div 8) * 28 + Rest * (Rest - 1) div 2.

%% A process bound to a scheduler (an undocumented option of spawn_opt that OTP's own tests use).
on(Scheduler, Fun) ->
    on(Scheduler, Fun, []).

on(Scheduler, Fun, Options) ->
    spawn_opt(Fun, [link, {scheduler, Scheduler} | Options]).
