%% Pi precision: a master hands the terms of a series for pi to workers, until they no longer
%% matter.
%%
%% Source of the series: Bailey, Borwein and Plouffe, "On the rapid computation of various
%% polylogarithmic constants", Mathematics of Computation 66, 1997.
-module(savina_pi_precision).
-export([run/1]).

-define(WORKERS, 20).

%% Terms that each worker has to do at first.
-define(TERMS_AHEAD, 10).

%% Bits beyond the wanted places, for what is cut off in each term.
-define(GUARD_BITS, 64).

run(#{count := Places}) ->
    fun() ->
        Main = self(),
        spawn_link(fun() -> compute(Places, Main) end),
        savina_total:sum(1)
    end.

compute(Places, Total) ->
    Master = self(),
    Bits = ceil(Places * math:log2(10)) + ?GUARD_BITS,
    Workers = [spawn_link(fun() -> worker(Bits, Master) end) || _ <- lists:seq(1, ?WORKERS)],
    Ahead = ?WORKERS * ?TERMS_AHEAD,
    First = lists:append(lists:duplicate(?TERMS_AHEAD, Workers)),
    [Worker ! {work, Term} || {Term, Worker} <- lists:zip(lists:seq(0, Ahead - 1), First)],
    Sum = collect(Ahead, Ahead, 0),
    [Worker ! stop || Worker <- Workers],
    Decimal = (Sum * pow10(Places)) bsr Bits,
    savina_total:report(Total, Decimal rem 1000003).

collect(_, 0, Sum) ->
    Sum;
collect(Next, Open, Sum) ->
    receive
        {term, 0, _} ->
            collect(Next, Open - 1, Sum);
        {term, Value, Worker} ->
            Worker ! {work, Next},
            collect(Next + 1, Open, Sum + Value)
    end.

%% Sends terms in units of 2 ^ -bits.
worker(Bits, Master) ->
    receive
        {work, Term} ->
            One = if 4 * Term > Bits -> 0; true -> 1 bsl (Bits - 4 * Term) end,
            Eight = 8 * Term,
            Value =
                4 * One div (Eight + 1) -
                    2 * One div (Eight + 4) -
                    One div (Eight + 5) -
                    One div (Eight + 6),
            Master ! {term, Value, self()},
            worker(Bits, Master);
        stop ->
            ok
    end.

%% By squaring: integer powers are not built in.
pow10(0) -> 1;
pow10(Power) when Power rem 2 =:= 0 -> square(pow10(Power div 2));
pow10(Power) -> 10 * pow10(Power - 1).

square(Number) -> Number * Number.
