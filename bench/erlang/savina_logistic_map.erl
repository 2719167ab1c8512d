%% Logistic map: each series asks a computer for its next term, again and again.
-module(savina_logistic_map).
-export([run/1]).

-define(MASTERS, 2).

%% The suite's rates: the first, and what each series has more than the one before.
-define(RATE, 3.46).
-define(RATE_STEP, 0.0025).

run(#{count := Terms, series := Series}) ->
    fun() ->
        Main = self(),
        Share = Series div ?MASTERS,
        [spawn_link(fun() -> savina_total:report(Main, master(Index * Share, Share, Terms)) end)
         || Index <- lists:seq(0, ?MASTERS - 1)],
        savina_total:sum(?MASTERS)
    end.

master(First, Count, Terms) ->
    Master = self(),
    All = [
        begin
            Rate = ?RATE + Index * ?RATE_STEP,
            Computer = spawn_link(fun() -> computer(Rate) end),
            spawn_link(fun() -> series(Master, Computer, Rate / 10) end)
        end
     || Index <- lists:seq(First, First + Count - 1)
    ],
    [begin ask(Series, Terms), Series ! finish end || Series <- All],
    savina_total:sum(Count).

ask(_, 0) -> ok;
ask(Series, Left) -> Series ! next, ask(Series, Left - 1).

series(Master, Computer, Term) ->
    receive
        next ->
            series(Master, Computer, compute(Computer, Term));
        finish ->
            Computer ! stop,
            savina_total:report(Master, round(Term * 1.0e6))
    end.

%% A fresh reference lets the receive skip the requests that wait in the mailbox.
compute(Computer, Term) ->
    Reference = make_ref(),
    Computer ! {compute, Term, self(), Reference},
    receive {Reference, Next} -> Next end.

computer(Rate) ->
    receive
        {compute, Term, Series, Reference} ->
            Series ! {Reference, Rate * Term * (1 - Term)},
            computer(Rate);
        stop ->
            ok
    end.
