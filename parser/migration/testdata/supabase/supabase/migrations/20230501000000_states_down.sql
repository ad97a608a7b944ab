drop table states;
