select 0;
